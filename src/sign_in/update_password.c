/*
 * update_password.c
 *	  Passwords that a back end sets, for a key or for all keys of a user.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "event/event.h"
#include "secret/secret.h"
#include "session/session_end.h"
#include "sign_in/update_password.h"
#include "table/statement.h"
#include "throttle/attempt.h"
#include "token/token.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/user.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_update_key_password);
PG_FUNCTION_INFO_V1(auth_update_user_password);

static AuthStatement update_password = {
	.text = "UPDATE auth_key SET hashed_password = $3,"
			" password_changed_at = $4"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" AND user_id = $5 RETURNING " AUTH_KEY_OBJECT,
	.nargs = 5,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID},
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
};

/* All keys that have a password, or the only key. */
static AuthStatement update_user_password = {
	.text = "UPDATE auth_key SET hashed_password = $2,"
			" password_changed_at = $3"
			" WHERE user_id = $1 AND (hashed_password IS NOT NULL OR 1 ="
			" (SELECT count(*) FROM auth_key WHERE user_id = $1))"
			" RETURNING provider_id, provider_user_id",
	.nargs = 3,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TIMESTAMPTZOID},
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

static const char *
change_reason(bool removed)
{
	return removed ? "removed" : "set";
}

/* Whoever sets a password lifts what has stopped the key. */
static void
record_change(const AuthKeyId *id, text *user_id, bool removed)
{
	auth_attempt_lift(id);
	auth_attempt_lift_user(user_id);
	auth_event_record(&(AuthEvent){.event = AUTH_EVENT_PASSWORD_CHANGED,
								   .reason = change_reason(removed),
								   .user_id = user_id,
								   .key = id});
}

static void
no_such_password(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
			 errmsg("the user has no key with a password and not exactly "
					"one key"),
			 errdetail_internal("AUTH_INVALID_KEY_ID"),
			 errhint("Name the key with auth_update_key_password().")));
}

/* Lift what has stopped the keys that the statement has returned. */
void
auth_key_lift_written(const AuthStatement *statement, uint64 count)
{
	for (uint64 row = 0; row < count; row++)
	{
		AuthKeyId id = {
			DatumGetTextPP(auth_statement_require(statement, row, 1)),
			DatumGetTextPP(auth_statement_require(statement, row, 2)),
		};

		auth_attempt_lift(&id);
	}
}

/* Set, or with NULL remove, the user's password. */
static void
set_user_password(text *user_id, const char *hash)
{
	AuthExecution execution;
	Datum values[3];
	char nulls[] = "   ";
	uint64 count;

	values[0] = PointerGetDatum(user_id);
	auth_key_set_password(&values[1], &nulls[1], hash);
	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	count =
		auth_statement_run(&execution, &update_user_password, values, nulls);
	auth_key_lift_written(&update_user_password, count);
	auth_execution_end(&execution);
	if (count == 0)
		no_such_password();
	auth_attempt_lift_user(user_id);
	auth_event_record(&(AuthEvent){.event = AUTH_EVENT_PASSWORD_CHANGED,
								   .reason = change_reason(hash == NULL),
								   .user_id = user_id});
}

/*
 * auth_update_key_password(provider_id text, provider_user_id text,
 *							password text, except_session uuid)
 *		auth_key_object
 *
 * Sets, or with NULL removes, the password and ends the other sessions of
 * the key's user.  UA002, UA011.
 */
Datum
auth_update_key_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthKeyId id;
	text *user_id;
	Datum values[5];
	char nulls[] = "     ";
	AuthKey key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_key_password()");
	auth_key_id_arguments(&id, fcinfo, 0);
	user_id = auth_key_user(&id);
	auth_key_set_id(values, &id);
	auth_key_set_password(&values[2],
						  &nulls[2],
						  auth_key_hash_argument(fcinfo, 2, &id));
	values[4] = PointerGetDatum(user_id);
	auth_user_require_locked(user_id);
	if (!auth_key_write(&update_password, values, nulls, &key))
		auth_key_invalid(&id);
	auth_session_end_others(user_id,
							PG_GETARG_DATUM(3),
							PG_ARGISNULL(3),
							"password_changed");
	auth_token_end(user_id);
	record_change(&id, user_id, PG_ARGISNULL(2));
	auth_secret_end(&scope);
	return auth_key_result(fcinfo, &key);
}

/*
 * auth_update_user_password(user_id text, password text, except_session uuid)
 *		auth_user_object
 *
 * Sets, or with NULL removes, the password of every key of the user that has
 * one, or of its only key, and ends the user's other sessions.  UA001, UA011;
 * UA002 when there is no such key.
 */
Datum
auth_update_user_password(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	text *user_id;
	char *hash = NULL;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_user_password()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	if (!PG_ARGISNULL(1))
		hash = auth_key_hash_for_user(auth_secret_text(PG_GETARG_DATUM(1)),
									  user_id);
	auth_user_require_locked(user_id);
	set_user_password(user_id, hash);
	auth_session_end_others(user_id,
							PG_GETARG_DATUM(2),
							PG_ARGISNULL(2),
							"password_changed");
	auth_token_end(user_id);
	result = auth_user_result(fcinfo, user_id);
	auth_secret_end(&scope);
	return result;
}
