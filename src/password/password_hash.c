/*
 * password_hash.c
 *	  Stored password hashes, looked at and verified without a key.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "call/result.h"
#include "call/value.h"
#include "password/hash_format.h"
#include "password/password.h"
#include "password/password_hash.h"
#include "secret/secret.h"
#include "table/statement.h"

PG_FUNCTION_INFO_V1(auth_verify_password_hash);
PG_FUNCTION_INFO_V1(auth_describe_password_hash);
PG_FUNCTION_INFO_V1(auth_get_password_audit);

#define DESCRIPTION_COLUMNS 4

/* Rows that the audit holds at a time. */
#define BATCH 1000

typedef enum Strength
{
	CURRENT,
	ACCEPTABLE,
	WEAK,
	TOO_COSTLY,
	UNKNOWN
} Strength;

#define STRENGTHS (UNKNOWN + 1)

static AuthStatement select_hashes = {
	.text = "SELECT hashed_password FROM auth_key"
			" WHERE hashed_password IS NOT NULL",
	.results = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

static const char *const strength_names[] = {"current",
											 "acceptable",
											 "weak",
											 "too_costly",
											 "unknown"};

typedef uint64 Counts[AUTH_HASH_FORMATS][STRENGTHS];

/* What auth_describe_password_hash() and the audit tell of a stored hash. */
typedef struct Description
{
	AuthHash hash;
	bool has_parameters;
	bool needs_rehash;
	Strength strength;
} Description;

/*
 * How strong a hash is that can be read.  Settings below the floor do not make
 * weak hashes good ones.
 */
static Strength
readable_strength(const Description *description)
{
	if (!auth_hash_meets_floor(&description->hash))
		return WEAK;
	return description->needs_rehash ? ACCEPTABLE : CURRENT;
}

static void
describe(const char *stored, Description *description)
{
	AuthHash *hash = &description->hash;
	AuthHashStatus status = auth_password_parse(stored, hash);
	bool readable = status == AUTH_HASH_READABLE;
	bool too_costly = status == AUTH_HASH_TOO_COSTLY;

	description->has_parameters = readable || too_costly;
	description->needs_rehash = !readable || auth_password_needs_rehash(hash);
	description->strength = readable   ? readable_strength(description) :
							too_costly ? TOO_COSTLY :
										 UNKNOWN;
}

/* The name of a pepper has no character that JSON would escape. */
static char *
format_argon2(const AuthHash *hash)
{
	char *pepper = "";

	if (hash->pepper.length > 0)
		pepper = psprintf(", \"pepper\": \"%.*s\"",
						  (int) hash->pepper.length,
						  hash->pepper.start);
	return psprintf("{\"m\": " UINT64_FORMAT ", \"t\": %u, \"p\": %u%s}",
					hash->memory,
					hash->iterations,
					hash->lanes,
					pepper);
}

/* The parameters under the names that the formats themselves give them. */
static char *
format_parameters(const AuthHash *hash)
{
	switch (auth_hash_traits(hash)->algorithm)
	{
		case AUTH_ALGORITHM_ARGON2ID:
		case AUTH_ALGORITHM_ARGON2I:
			return format_argon2(hash);
		case AUTH_ALGORITHM_BCRYPT:
			return psprintf("{\"cost\": %u}", hash->log_cost);
		case AUTH_ALGORITHM_PBKDF2_SHA256:
		case AUTH_ALGORITHM_PBKDF2_SHA512:
			return psprintf("{\"iterations\": %u}", hash->iterations);
		case AUTH_ALGORITHM_SHA256_CRYPT:
		case AUTH_ALGORITHM_SHA512_CRYPT:
			return psprintf("{\"rounds\": %u}", hash->iterations);
		case AUTH_ALGORITHM_PHPASS:
			return psprintf("{\"rounds\": %u}", 1U << hash->log_cost);
		default:
			return psprintf("{\"ln\": %u, \"r\": %u, \"p\": %u}",
							hash->log_cost,
							hash->block,
							hash->parallelism);
	}
}

/*
 * auth_verify_password_hash(hashed_password text, password text) boolean
 *
 * Whether the password is the one that was hashed.  UA007 when the hash is of
 * no kind that can be verified.
 */
Datum
auth_verify_password_hash(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	text *stored;
	text *password;
	bool matches;

	auth_secret_begin(&scope);
	stored = auth_secret_argument(fcinfo, 0, "hashed_password");
	password = auth_secret_argument(fcinfo, 1, "password");
	matches = auth_password_matches(password, text_to_cstring(stored));
	auth_secret_end(&scope);
	PG_RETURN_BOOL(matches);
}

/*
 * auth_describe_password_hash(hashed_password text, OUT format text,
 *							   OUT parameters jsonb, OUT strength text,
 *							   OUT needs_rehash boolean)
 *
 * The parameters are NULL when the hash cannot be read.
 */
Datum
auth_describe_password_hash(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Description description;
	NullableDatum values[DESCRIPTION_COLUMNS];
	text *stored;

	auth_secret_begin(&scope);
	stored = auth_secret_argument(fcinfo, 0, "hashed_password");
	describe(text_to_cstring(stored), &description);
	values[0] = auth_string(auth_hash_format_name(description.hash.format));
	values[1] = auth_null();
	if (description.has_parameters)
		values[1] =
			auth_datum(DirectFunctionCall1(jsonb_in,
										   CStringGetDatum(format_parameters(
											   &description.hash))));
	values[2] = auth_string(strength_names[description.strength]);
	values[3] = auth_bool(description.needs_rehash);
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, DESCRIPTION_COLUMNS);
}

static void
count_batch(Counts counts)
{
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		Datum value = auth_statement_require(&select_hashes, row, 1);
		char *stored = TextDatumGetCString(value);
		Description description;

		describe(stored, &description);
		counts[description.hash.format][description.strength]++;
		pfree(stored);
	}
}

/*
 * Count the hashes of all keys, as the owner of the table, who sees all rows.
 */
static void
count_hashes(Counts counts)
{
	AuthExecution execution;
	Portal portal;

	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	portal = SPI_cursor_open_with_args(NULL,
									   select_hashes.text,
									   0,
									   NULL,
									   NULL,
									   NULL,
									   true,
									   CURSOR_OPT_NO_SCROLL);
	do
	{
		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(portal, true, BATCH);
		count_batch(counts);
		SPI_freetuptable(SPI_tuptable);
	} while (SPI_processed > 0);
	SPI_cursor_close(portal);
	auth_execution_end(&execution);
}

/* How many keys have a hash that is below the floor of its format. */
uint64
auth_password_count_weak(void)
{
	Counts counts = {{0}};
	uint64 weak = 0;

	count_hashes(counts);
	for (int format = 0; format < AUTH_HASH_FORMATS; format++)
		weak += counts[format][WEAK];
	return weak;
}

/*
 * auth_get_password_audit() TABLE (format text, strength text, keys bigint)
 *
 * How many keys with a password have a hash of each format and strength.
 */
Datum
auth_get_password_audit(PG_FUNCTION_ARGS)
{
	Counts counts = {{0}};

	auth_result_begin_set(fcinfo);
	count_hashes(counts);
	for (int format = 0; format < AUTH_HASH_FORMATS; format++)
	{
		for (int strength = 0; strength < STRENGTHS; strength++)
		{
			NullableDatum values[] = {
				auth_string(auth_hash_format_name(format)),
				auth_string(strength_names[strength]),
				auth_int64((int64) counts[format][strength]),
			};

			if (counts[format][strength] > 0)
				auth_result_add(fcinfo, values, lengthof(values));
		}
	}
	return (Datum) 0;
}
