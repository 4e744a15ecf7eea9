/*
 * token_code.c
 *	  One-time codes: short enough to be typed, and to be guessed.
 *
 * Of a purpose and a user or address the newest code is the one that counts, so
 * that it is clear against which one a guess does.  A guess is counted before
 * the code is compared, past the transaction, so that attempts at the same time
 * all count and a rollback takes none back; a right one takes back its own.
 * Where there is no place for the count, as in a flood of guesses at other
 * codes, a guess is refused: a place is kept until its code is dead.  So a code
 * must not outlive auth.token_code_lifetime, though that was longer when it was
 * made.
 *
 * What is stored is a keyed hash.  The key is in the same database: whoever
 * has a copy of that can find a code by trying, as long as it lives.
 */
#include "postgres.h"

#include <sodium.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/encode.h"
#include "secret/secret.h"
#include "server/clock.h"
#include "server/setting.h"
#include "table/statement.h"
#include "throttle/count.h"
#include "token/token.h"
#include "token/token_code.h"
#include "token/token_purpose.h"
#include "user/key_name.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_create_code);
PG_FUNCTION_INFO_V1(auth_use_code);

static int token_code_attempts;
static int token_code_lifetime; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.token_code_attempts",
	 "Guesses at a one-time code after which it is dead.",
	 &token_code_attempts,
	 5,
	 1,
	 100,
	 0},
	{"auth.token_code_lifetime",
	 "Time for which a one-time code lives, at most.",
	 &token_code_lifetime,
	 10 * 60,
	 1,
	 24 * 60 * 60,
	 GUC_UNIT_S},
};

void
auth_token_code_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define MIN_LENGTH 6
#define MAX_LENGTH 32
#define USUAL_LENGTH 8

/* The columns of find_code. */
enum
{
	FOUND_ID,
	FOUND_CODE_HASH,
	FOUND_USER_ID,
	FOUND_ADDRESS,
	FOUND_COLUMNS
};

static AuthStatement find_code = {
	.text = "SELECT id, code_hash, user_id, address FROM auth_token"
			" WHERE slot = $1 AND created_at >= $2"
			" AND created_at <= " AUTH_CLOCK_LATEST
			" ORDER BY created_at DESC, id DESC LIMIT 1",
	AUTH_TYPES(UUIDOID, TIMESTAMPTZOID),
	.results = (Oid[]){UUIDOID, UUIDOID, TEXTOID, TEXTOID},
	.table = AUTH_TOKEN,
};

/* Letters as they were shown, without the spaces and hyphens in between. */
static text *
normalize(text *code)
{
	Size length = VARSIZE_ANY_EXHDR(code);
	const char *from = VARDATA_ANY(code);
	text *result = auth_secret_alloc(VARHDRSZ + length);
	char *to = VARDATA(result);

	for (Size i = 0; i < length; i++)
	{
		if (from[i] != ' ' && from[i] != '-')
			*to++ = pg_ascii_toupper((unsigned char) from[i]);
	}
	SET_VARSIZE(result, to - (char *) result);
	return result;
}

static void
hash_code(pg_uuid_t *hash, const pg_uuid_t *id, text *code)
{
	AuthDigestPart parts[] = {{id->data, UUID_LEN}, auth_digest_text(code)};

	auth_digest(hash, AUTH_DIGEST_CODE_HASH, parts, lengthof(parts));
}

static text *
make_code(int length, bool letters)
{
	text *code = palloc(VARHDRSZ + length);

	SET_VARSIZE(code, VARHDRSZ + length);
	auth_secret_letters_of(letters ? AUTH_ENCODE_CLEAR : AUTH_ENCODE_DIGITS,
						   VARDATA(code),
						   length);
	return code;
}

static bool
is_to_sign_up(const AuthToken *token)
{
	return strcmp(text_to_cstring(token->purpose), AUTH_TOKEN_SIGN_UP) == 0;
}

/*
 * A guess must not be forgotten as long as the code may live, and nobody is to
 * learn of one that a crash would take back.
 */
static AuthCountItem
guess_at(const AuthToken *token)
{
	return (AuthCountItem){
		.kind = is_to_sign_up(token) ? AUTH_COUNT_NEW_CODE : AUTH_COUNT_CODE,
		.name = auth_count_name(&token->id),
		.rule = {.free = 1, .stop = token_code_attempts},
		.life = (int64) token_code_lifetime * USECS_PER_SEC,
	};
}

/*
 * Whether the code that was found is the token's user's or address's: other
 * names can have the same slot (spelling.c).
 */
static bool
is_of(const AuthToken *token, const NullableDatum *found)
{
	text *user_id = auth_as_text(found[FOUND_USER_ID]);
	text *address = auth_as_text(found[FOUND_ADDRESS]);

	if (token->user_id != NULL)
		return user_id != NULL && auth_user_same(user_id, token->user_id);
	return address != NULL &&
		   auth_key_name_same_address(address, token->address);
}

/* Find the code of the token's purpose and user or address. */
static bool
find(const AuthToken *token, NullableDatum *values)
{
	AuthExecution execution;
	int64 life = (int64) token_code_lifetime * USECS_PER_SEC;
	pg_uuid_t slot;
	NullableDatum arguments[] = {auth_uuid(&slot),
								 auth_time(token->created_at - life)};
	bool found;

	auth_token_slot(&slot, AUTH_DIGEST_CODE, token);
	auth_statement_begin(&execution, AUTH_TOKEN, AccessShareLock);
	found = auth_statement_run(&execution, &find_code, arguments) == 1;
	if (found)
		auth_statement_copy(&find_code, 0, FOUND_COLUMNS, values);
	auth_execution_end(&execution);
	return found && !values[FOUND_ID].isnull &&
		   !values[FOUND_CODE_HASH].isnull && is_of(token, values);
}

static void
refuse(const AuthToken *token)
{
	auth_event_record_for_good(
		&(AuthEvent){.kind = "token_refused",
					 .reason = text_to_cstring(token->purpose),
					 .user_id = token->user_id});
}

/* Use up the code of the token's purpose and user or address, if this is it. */
bool
auth_token_code_use(AuthToken *token, text *code)
{
	pg_uuid_t hash;
	AuthCountItem guess;
	NullableDatum found[FOUND_COLUMNS];

	if (!find(token, found))
		return false;
	token->id = *DatumGetUUIDP(found[FOUND_ID].value);
	guess = guess_at(token);
	if (auth_count_add(&guess, 1) != 0)
		return false;
	hash_code(&hash, &token->id, normalize(code));
	if (sodium_memcmp(&hash,
					  DatumGetUUIDP(found[FOUND_CODE_HASH].value),
					  UUID_LEN) != 0)
	{
		refuse(token);
		return false;
	}
	if (!auth_token_take(token, &hash))
		return false;
	auth_count_change(&guess, 1);
	auth_token_record_used(token);
	return true;
}

/* Make the code that is described, which is set up but for its secret. */
static void
issue(AuthToken *token, int length, bool letters)
{
	pg_uuid_t slot;
	pg_uuid_t hash;

	token->secret = make_code(length, letters);
	auth_secret_random_id(&token->id);
	auth_token_slot(&slot, AUTH_DIGEST_CODE, token);
	hash_code(&hash, &token->id, token->secret);
	auth_token_insert(token, &slot, &hash);
	auth_token_record_created(token);
}

/* The same with the usual length and life. */
void
auth_token_code_issue(AuthToken *token)
{
	auth_token_expire(token, NULL, token_code_lifetime);
	issue(token, USUAL_LENGTH, false);
}

static void
require_target(const AuthToken *token)
{
	if (token->user_id == NULL && token->address == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("user_id and address must not both be null")));
}

static void
require_short_life(const AuthToken *token)
{
	int64 most = (int64) token_code_lifetime * USECS_PER_SEC;

	if (token->expires_at - token->created_at > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lifetime of a code must be at most %d seconds",
						token_code_lifetime),
				 errhint("The setting \"auth.token_code_lifetime\" says so.")));
}

/*
 * auth_create_code(purpose text, user_id text, address text,
 *					lifetime interval, length int, letters boolean,
 *					data jsonb, deliver boolean) auth_token_object
 *
 * The answer, or the outbox, is the only place where the code is seen.  It
 * replaces the older one of the same purpose and user or, without a user,
 * address.  UA001; 22023 for a length outside 6 to 32, a lifetime above the
 * setting's, or a purpose of second factors.
 */
Datum
auth_create_code(PG_FUNCTION_ARGS)
{
	AuthToken token;
	int length;

	PreventCommandIfReadOnly("auth_create_code()");
	auth_token_new_arguments(&token, fcinfo, 6);
	require_target(&token);
	auth_argument_required(fcinfo, 5, "letters");
	auth_argument_required(fcinfo, 7, "deliver");
	auth_token_expire(&token,
					  auth_argument_period(fcinfo, 3, "lifetime"),
					  token_code_lifetime);
	require_short_life(&token);
	length = auth_argument_int(fcinfo, 4, "length", MIN_LENGTH, MAX_LENGTH);
	issue(&token, length, PG_GETARG_BOOL(5));
	if (PG_GETARG_BOOL(7))
		auth_token_deliver(&token);
	return auth_token_result(fcinfo, &token);
}

/*
 * auth_use_code(purpose text, code text, user_id text, address text)
 *		SETOF auth_token_object
 *
 * Names the user or, without one, the address that the code was made for.  No
 * row: it is not the code, or there is none, or it is dead.  22023 for a purpose
 * of second factors.
 */
Datum
auth_use_code(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthToken token;
	text *code;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_use_code()");
	auth_result_begin_set(fcinfo);
	auth_token_used_argument(&token, fcinfo);
	code = auth_secret_argument(fcinfo, 1, "code");
	token.user_id = auth_as_text(fcinfo->args[2]);
	token.address = auth_as_text(fcinfo->args[3]);
	require_target(&token);
	if (auth_token_code_use(&token, code))
		auth_token_add(fcinfo, &token);
	auth_secret_end(&scope);
	return (Datum) 0;
}
