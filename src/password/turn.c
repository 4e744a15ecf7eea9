/*
 * turn.c
 *	  A limit on the passwords that the server hashes at a time.
 *
 * A hash takes a processor and many megabytes, so that a storm of sign-ins
 * would take both from everything else.  Whoever hashes takes one of a few
 * turns, which are for the whole server, or waits in a queue.  The state is
 * in the server's shared memory, in the part that it sets aside for
 * libraries that are not preloaded; whoever comes first makes it.
 *
 * A turn spans calls of a library that compute a hash of each form of one
 * password, and nothing that can raise an error.  Signals are blocked from
 * before it is taken until it is given back: most handlers only set flags, but
 * that of a background worker exits at once, wherever it strikes, and an
 * extension may have one of its own.  They are let through while the process
 * sleeps in the queue, where it is known what is to be cleaned up.  So no error
 * and no exit comes between.
 * Where a process dies without an exit, the server starts anew with new
 * memory.
 *
 * Turns are handed over: who ends one gives it to the first in the queue, so
 * that nobody overtakes and no wakeup is lost.  Who leaves the queue, for
 * whatever reason, finds under the lock whether it has been given a turn
 * already, and hands it on.
 */
#include "postgres.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "fmgr.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "storage/spin.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "call/result.h"
#include "call/value.h"
#include "password/turn.h"
#include "server/compat.h"
#include "server/setting.h"

PG_FUNCTION_INFO_V1(auth_get_password_load);

static int password_concurrency; /* 0: by the processors */
static int password_wait;		 /* milliseconds */

static const AuthIntSetting settings[] = {
	{"auth.password_wait",
	 "Time to wait for others that are hashing passwords.",
	 &password_wait,
	 5000,
	 0,
	 INT_MAX,
	 GUC_UNIT_MS},
};

void
auth_turn_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
	DefineCustomIntVariable("auth.password_concurrency",
							"Passwords that the server hashes at a time.",
							"0 is half as many as there are processors.",
							&password_concurrency,
							0,
							0,
							1024,
							PGC_SIGHUP,
							0,
							NULL,
							NULL,
							NULL);
}

#define LOAD_COLUMNS 5

/*
 * The number grows with every change of the structure or of what holds for
 * it: libraries of two versions may be loaded at a time.
 */
#define SHARED_NAME "auth turns 2"

/* Who finds the queue full is told at once to come again. */
#define QUEUE 1024

typedef struct Turns
{
	slock_t mutex; /* held for a few instructions, never across a call */
	int limit;	   /* as the process that came last knows it */
	int running;
	int most; /* the most that have run at a time since the server started */
	uint64 refused; /* how many got no turn since then */
	int waiting;
	int queue[QUEUE]; /* numbers of processes, in order of arrival */
} Turns;

static Turns *turns = NULL;

/* The signals that were blocked before. */
static sigset_t signals;

static void
block_signals(void)
{
	sigprocmask(SIG_SETMASK, &BlockSig, &signals);
}

static void
restore_signals(void)
{
	sigprocmask(SIG_SETMASK, &signals, NULL);
}

static void
attach(void)
{
	bool found;
	Turns *shared;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct(SHARED_NAME, sizeof(Turns), &found);
	if (!found)
	{
		memset(shared, 0, sizeof(Turns));
		SpinLockInit(&shared->mutex);
	}
	LWLockRelease(AddinShmemInitLock);
	turns = shared;
}

static int
get_limit(void)
{
	static int half = 0;

	if (password_concurrency > 0)
		return password_concurrency;
	if (half == 0)
		half = Max((int) (sysconf(_SC_NPROCESSORS_ONLN) / 2), 1);
	return half;
}

/* What follows up to "End here" is called with the lock held. */

static void
run(void)
{
	turns->running++;
	turns->most = Max(turns->most, turns->running);
}

static void
remove_waiter(int place)
{
	turns->waiting--;
	memmove(&turns->queue[place],
			&turns->queue[place + 1],
			(turns->waiting - place) * sizeof(int));
}

/* The place of this process in the queue, or -1. */
static int
find_place(void)
{
	int place = turns->waiting - 1;

	while (place >= 0 && turns->queue[place] != auth_process_number())
		place--;
	return place;
}

/*
 * Give a turn to the first in the queue; the process, or -1 when none is
 * waiting or all turns are taken.
 */
static int
hand_over(void)
{
	int process = turns->queue[0];

	if (turns->waiting == 0 || turns->running >= turns->limit)
		return -1;
	remove_waiter(0);
	run();
	return process;
}

/* End here. */

/*
 * More than one comes to its turn after the limit was raised.  A process that
 * has gone since has handed its turn on itself, and who has its number by now
 * is woken in vain, which does no harm.
 */
static void
wake_next(void)
{
	int process;

	do
	{
		SpinLockAcquire(&turns->mutex);
		process = hand_over();
		SpinLockRelease(&turns->mutex);
		if (process >= 0)
			SetLatch(auth_process_latch(process));
	} while (process >= 0);
}

static void
give_back(void)
{
	SpinLockAcquire(&turns->mutex);
	turns->running--;
	SpinLockRelease(&turns->mutex);
	wake_next();
}

void
auth_turn_end(void)
{
	give_back();
	restore_signals();
}

/* Leave the queue; true when this process has got its turn meanwhile. */
static bool
leave_queue(void)
{
	int place;

	SpinLockAcquire(&turns->mutex);
	place = find_place();
	if (place >= 0)
		remove_waiter(place);
	SpinLockRelease(&turns->mutex);
	return place < 0;
}

/* Clean up when a process that sleeps in the queue has an error, or exits. */
static void
abandon(int code, Datum arg)
{
	block_signals();
	if (leave_queue())
		give_back();
	restore_signals();
}

static bool
is_waiting(void)
{
	bool waiting;

	SpinLockAcquire(&turns->mutex);
	waiting = find_place() >= 0;
	SpinLockRelease(&turns->mutex);
	return waiting;
}

/* Sleep until the turn has come or the time is over. */
static void
sleep_until(TimestampTz end)
{
	while (is_waiting())
	{
		long left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);

		if (left <= 0)
			break;
		restore_signals();
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 left,
						 auth_turn_wait_event());
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		block_signals();
	}
}

/* Stand in the queue; false when it is full. */
static bool
enter_queue(void)
{
	bool entered;

	SpinLockAcquire(&turns->mutex);
	entered = turns->waiting < QUEUE;
	if (entered)
		turns->queue[turns->waiting++] = auth_process_number();
	SpinLockRelease(&turns->mutex);
	return entered;
}

/* Whether the turn has come; a turn may have become free just before. */
static bool
wait_in_queue(void)
{
	TimestampTz end =
		TimestampTzPlusMilliseconds(GetCurrentTimestamp(), password_wait);
	volatile bool entered;

	PG_ENSURE_ERROR_CLEANUP(abandon, (Datum) 0);
	{
		entered = enter_queue();
		wake_next();
		if (entered)
			sleep_until(end);
	}
	PG_END_ENSURE_ERROR_CLEANUP(abandon, (Datum) 0);
	return entered && leave_queue();
}

/* Take a turn at once, if there is one for a process that has just come. */
static bool
run_at_once(void)
{
	int limit = get_limit();
	bool free;

	SpinLockAcquire(&turns->mutex);
	turns->limit = limit;
	free = turns->waiting == 0 && turns->running < limit;
	if (free)
		run();
	SpinLockRelease(&turns->mutex);
	return free;
}

static void
count_refusal(void)
{
	SpinLockAcquire(&turns->mutex);
	turns->refused++;
	SpinLockRelease(&turns->mutex);
}

/*
 * Take a turn, after waiting for as long as the setting says; false when none
 * has come.  Nothing that can raise an error, nor another auth_turn_begin(),
 * may stand between this and auth_turn_end().
 */
bool
auth_turn_begin(void)
{
	if (turns == NULL)
		attach();
	block_signals();
	if (run_at_once() || (password_wait > 0 && wait_in_queue()))
		return true;
	count_refusal();
	restore_signals();
	return false;
}

/*
 * auth_get_password_load(OUT running int, OUT waiting int,
 *						  OUT concurrency int, OUT most_running int,
 *						  OUT refused bigint)
 */
Datum
auth_get_password_load(PG_FUNCTION_ARGS)
{
	NullableDatum values[LOAD_COLUMNS];

	if (turns == NULL)
		attach();
	values[2] = auth_int32(get_limit());
	block_signals();
	SpinLockAcquire(&turns->mutex);
	values[0] = auth_int32(turns->running);
	values[1] = auth_int32(turns->waiting);
	values[3] = auth_int32(turns->most);
	values[4] = auth_int64((int64) turns->refused);
	SpinLockRelease(&turns->mutex);
	restore_signals();
	return auth_result_row(fcinfo, values, LOAD_COLUMNS);
}
