/*
 * calibrate.c
 *	  Proposes what new password hashes should cost on this machine.
 *
 * For each number of passes the largest memory is looked for whose hash takes
 * no longer than wanted.  Time grows a little faster than memory, so that a
 * proportional guess is measured and corrected between the largest size that
 * has fitted and the smallest that has not.
 */
#include "postgres.h"

#include <sodium.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "portability/instr_time.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "password/hash_format.h"
#include "password/password.h"
#include "password/turn.h"

PG_FUNCTION_INFO_V1(auth_calibrate);

#define MAX_TARGET 10000 /* milliseconds */
#define MAX_PASSES 4
#define SAMPLES 3 /* of which the median counts */
#define MAX_GUESSES 8

/* Sizes are multiples of this, in KiB. */
#define STEP 256

typedef struct Proposal
{
	int memory; /* KiB; 0: not even the least fits */
	int iterations;
	double milliseconds;
} Proposal;

/* The time of one hash, without the wait for a turn. */
static double
measure_once(int memory, int iterations)
{
	AuthBytes secret = {"password", strlen("password")};
	char hash[crypto_pwhash_STRBYTES];
	instr_time start;
	instr_time end;
	bool done;

	CHECK_FOR_INTERRUPTS();
	if (!auth_turn_begin())
		auth_error_too_many_hashes();
	INSTR_TIME_SET_CURRENT(start);
	done = auth_password_compute(hash, secret, memory, iterations);
	INSTR_TIME_SET_CURRENT(end);
	auth_turn_end();
	if (!done)
		auth_password_no_memory();
	INSTR_TIME_SUBTRACT(end, start);
	return INSTR_TIME_GET_MILLISEC(end);
}

static int
compare_times(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
measure(int memory, int iterations)
{
	double samples[SAMPLES];

	for (int i = 0; i < SAMPLES; i++)
		samples[i] = measure_once(memory, iterations);
	qsort(samples, SAMPLES, sizeof(double), compare_times);
	return samples[SAMPLES / 2];
}

/*
 * The memory to try next: in proportion to the time that was measured, but
 * above what has fitted, and below what has not or must not be.
 */
static int
guess(int fits, int exceeds, double proportional)
{
	int guess = (int) Min(proportional, exceeds) / STEP * STEP;

	if (guess <= fits || guess >= exceeds)
		guess = (fits + (exceeds - fits) / 2) / STEP * STEP;
	return guess;
}

/* The largest memory whose hash takes no longer than wanted, to a sixteenth. */
static Proposal
propose(int iterations, int target, int max_memory)
{
	Proposal best = {0, iterations, 0};
	int most = max_memory / STEP * STEP;
	int exceeds = most + STEP;
	int memory = AUTH_PASSWORD_MIN_MEMORY;

	for (int i = 0; i < MAX_GUESSES && memory > best.memory; i++)
	{
		double milliseconds = measure(memory, iterations);
		double proportional = memory * (target / milliseconds);

		if (milliseconds <= target)
		{
			best.memory = memory;
			best.milliseconds = milliseconds;
		}
		else
			exceeds = memory;
		if (best.memory == 0 || exceeds - best.memory <= best.memory / 16)
			break;
		if (exceeds > most && proportional > most)
			memory = most;
		else
			memory = guess(best.memory, exceeds, proportional);
	}
	return best;
}

static void
add_proposal(FunctionCallInfo fcinfo, const Proposal *proposal)
{
	AuthHash hash = {.format = AUTH_HASH_ARGON2ID,
					 .memory = proposal->memory,
					 .iterations = proposal->iterations,
					 .lanes = 1};
	NullableDatum values[] = {auth_int32(proposal->memory),
							  auth_int32(proposal->iterations),
							  auth_datum(
								  Float8GetDatum(proposal->milliseconds)),
							  auth_bool(auth_hash_meets_floor(&hash))};

	auth_result_add(fcinfo, values, lengthof(values));
}

/*
 * auth_calibrate(target_ms int, max_memory int)
 *		TABLE (memory int, iterations int, milliseconds float8,
 *			   meets_floor boolean)
 *
 * In KiB; a number of passes of which not even the least memory takes at most
 * so long has no row.  UA010 when too many passwords are being hashed.
 */
Datum
auth_calibrate(PG_FUNCTION_ARGS)
{
	int target = auth_argument_int(fcinfo, 0, "target_ms", 1, MAX_TARGET);
	int max_memory = auth_argument_int(fcinfo,
									   1,
									   "max_memory",
									   AUTH_PASSWORD_MIN_MEMORY,
									   AUTH_HASH_MAX_MEMORY);

	auth_result_begin_set(fcinfo);
	for (int iterations = 1; iterations <= MAX_PASSES; iterations++)
	{
		Proposal proposal = propose(iterations, target, max_memory);

		if (proposal.memory > 0)
			add_proposal(fcinfo, &proposal);
	}
	return (Datum) 0;
}
