/*
 * key.c
 *	  Keys: the ways in which a user signs in.
 *
 * A key is named by two texts, the provider and the user's id there, which
 * are stored and compared as given.  It may have a password.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "argument.h"
#include "error.h"
#include "key.h"
#include "password.h"
#include "relation.h"
#include "result.h"
#include "secret.h"
#include "session.h"
#include "statement.h"
#include "user.h"

PG_FUNCTION_INFO_V1(auth_create_key);
PG_FUNCTION_INFO_V1(auth_get_key);
PG_FUNCTION_INFO_V1(auth_get_user_keys);
PG_FUNCTION_INFO_V1(auth_update_key_password);
PG_FUNCTION_INFO_V1(auth_update_key_identifier);
PG_FUNCTION_INFO_V1(auth_delete_key);
PG_FUNCTION_INFO_V1(auth_use_key);

static void conflict(AuthConflict conflict, const Datum *values);

static AuthStatement insert_key = {
	.text = "INSERT INTO auth_key (provider_id, provider_user_id, user_id,"
			" hashed_password, password_changed_at)"
			" VALUES ($1, $2, $3, $4, $5) RETURNING user_id",
	.nargs = 5,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID},
	.table = AUTH_KEY,
	.conflict = conflict,
};

/* The columns of an auth_key_object. */
static AuthStatement select_keys = {
	.text = "SELECT user_id, provider_id, provider_user_id,"
			" hashed_password IS NOT NULL, created_at FROM auth_key"
			" WHERE user_id = $1 ORDER BY provider_id, provider_user_id",
	.nargs = 1,
	.argtypes = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

static AuthStatement update_password = {
	.text = "UPDATE auth_key SET hashed_password = $3,"
			" password_changed_at = $4"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" RETURNING user_id",
	.nargs = 4,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID},
	.table = AUTH_KEY,
};

/* All keys that have a password, or the only key. */
static AuthStatement update_user_password = {
	.text = "UPDATE auth_key SET hashed_password = $2,"
			" password_changed_at = $3"
			" WHERE user_id = $1 AND (hashed_password IS NOT NULL OR 1 ="
			" (SELECT count(*) FROM auth_key WHERE user_id = $1))",
	.nargs = 3,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TIMESTAMPTZOID},
	.table = AUTH_KEY,
};

static AuthStatement update_identifier = {
	.text = "UPDATE auth_key SET provider_id = $3, provider_user_id = $4"
			" WHERE provider_id = $1 AND provider_user_id = $2",
	.nargs = 4,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TEXTOID},
	.table = AUTH_KEY,
	.conflict = conflict,
};

/* The only key of the provider or, with none of it, the only key. */
static AuthStatement rename_only = {
	.text = "WITH own AS (SELECT provider_id, provider_user_id,"
			" provider_id = $2 AS same FROM auth_key"
			" WHERE user_id = $1 FOR UPDATE),"
			" candidate AS (SELECT * FROM own"
			" WHERE same OR NOT EXISTS (SELECT FROM own WHERE same))"
			" UPDATE auth_key k SET provider_id = $2, provider_user_id = $3"
			" FROM candidate c WHERE k.provider_id = c.provider_id"
			" AND k.provider_user_id = c.provider_user_id"
			" AND 1 = (SELECT count(*) FROM candidate)",
	.nargs = 3,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID},
	.table = AUTH_KEY,
	.conflict = conflict,
};

static AuthStatement delete_key = {
	.text = "DELETE FROM auth_key"
			" WHERE provider_id = $1 AND provider_user_id = $2",
	.nargs = 2,
	.argtypes = (Oid[]){TEXTOID, TEXTOID},
	.table = AUTH_KEY,
};

static AuthStatement delete_user_keys = {
	.text = "DELETE FROM auth_key WHERE user_id = $1",
	.nargs = 1,
	.argtypes = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

static void
conflict(AuthConflict conflict, const Datum *values)
{
	if (conflict == AUTH_CONFLICT_PRIMARY_KEY)
		auth_error_duplicate_key();
	auth_user_gone(values[2]);
}

/* The arguments that name a key to look for. */
void
auth_key_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo, int first)
{
	id->provider_id = auth_argument_text(fcinfo, first, "provider_id");
	id->provider_user_id =
		auth_argument_text(fcinfo, first + 1, "provider_user_id");
}

/* The arguments that name a key that is going to be stored. */
void
auth_key_new_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo, int first)
{
	id->provider_id =
		auth_argument_new_identifier(fcinfo, first, "provider_id");
	id->provider_user_id =
		auth_argument_new_identifier(fcinfo, first + 1, "provider_user_id");
}

/* The hash of a password argument; NULL for NULL. */
char *
auth_key_hash_argument(FunctionCallInfo fcinfo, int number)
{
	if (PG_ARGISNULL(number))
		return NULL;
	return auth_password_hash(auth_secret_text(PG_GETARG_DATUM(number)));
}

/*
 * The arguments of a new key: provider id, provider user id and password.
 * False when all are NULL.
 */
bool
auth_key_new_optional(AuthNewKey *key, FunctionCallInfo fcinfo, int first)
{
	if (PG_ARGISNULL(first) && PG_ARGISNULL(first + 1) &&
		PG_ARGISNULL(first + 2))
		return false;
	auth_key_new_id_arguments(&key->id, fcinfo, first);
	key->hash = auth_key_hash_argument(fcinfo, first + 2);
	return true;
}

static void
set_id(Datum *values, const AuthKeyId *id)
{
	values[0] = PointerGetDatum(id->provider_id);
	values[1] = PointerGetDatum(id->provider_user_id);
}

/* A hash and the time of its change as arguments; NULLs without a hash. */
static void
set_password(Datum *values, char *nulls, const char *hash)
{
	values[0] = hash != NULL ? CStringGetTextDatum(hash) : (Datum) 0;
	nulls[0] = hash != NULL ? ' ' : 'n';
	values[1] = TimestampTzGetDatum(GetCurrentTimestamp());
}

static void
invalid_key(const AuthKeyId *id)
{
	auth_error_invalid_key(text_to_cstring(id->provider_id),
						   text_to_cstring(id->provider_user_id));
}

/* Insert the key, or raise UA003. */
void
auth_key_insert(const AuthNewKey *key, text *user_id)
{
	Datum values[5];
	char nulls[] = "     ";

	set_id(values, &key->id);
	values[2] = PointerGetDatum(user_id);
	set_password(&values[3], &nulls[3], key->hash);
	if (key->hash == NULL)
		nulls[4] = 'n';
	if (auth_statement_execute(&insert_key, values, nulls) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("a trigger suppressed the new row of table "
						"\"auth_key\"")));
}

/* Open the key's row as it is now; NULL, with nothing to close, for none. */
static Snapshot
open_existing(AuthRow *row, const AuthKeyId *id)
{
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	Datum values[2];

	set_id(values, id);
	if (!auth_row_open(row, AUTH_KEY, snapshot, values))
	{
		UnregisterSnapshot(snapshot);
		return NULL;
	}
	return snapshot;
}

static void
close_existing(AuthRow *row, Snapshot snapshot)
{
	auth_row_close(row);
	UnregisterSnapshot(snapshot);
}

#define KEY_OBJECT_COLUMNS 5

static void
get_object(AuthRow *row, Datum *values, bool *nulls)
{
	values[0] = auth_row_get(row, AUTH_KEY_USER_ID, &nulls[0]);
	values[1] = auth_row_get(row, AUTH_KEY_PROVIDER_ID, &nulls[1]);
	values[2] = auth_row_get(row, AUTH_KEY_PROVIDER_USER_ID, &nulls[2]);
	(void) auth_row_get(row, AUTH_KEY_HASHED_PASSWORD, &nulls[3]);
	values[3] = BoolGetDatum(!nulls[3]);
	nulls[3] = false;
	values[4] = auth_row_get(row, AUTH_KEY_CREATED_AT, &nulls[4]);
}

/* The key as an auth_key_object, or UA002. */
static Datum
key_result(FunctionCallInfo fcinfo, const AuthKeyId *id)
{
	AuthRow row;
	Snapshot snapshot = open_existing(&row, id);
	Datum values[KEY_OBJECT_COLUMNS];
	bool nulls[KEY_OBJECT_COLUMNS];
	Datum result;

	if (snapshot == NULL)
		invalid_key(id);
	get_object(&row, values, nulls);
	result = auth_result_row(fcinfo, values, nulls);
	close_existing(&row, snapshot);
	return result;
}

/* The id of the key's user, or UA002. */
text *
auth_key_user(const AuthKeyId *id)
{
	AuthRow row;
	Snapshot snapshot = open_existing(&row, id);
	Datum user_id = (Datum) 0;
	bool isnull = true;

	if (snapshot != NULL)
		user_id = auth_row_get(&row, AUTH_KEY_USER_ID, &isnull);
	if (isnull)
		invalid_key(id);
	user_id = PointerGetDatum(DatumGetTextPCopy(user_id));
	close_existing(&row, snapshot);
	return DatumGetTextPP(user_id);
}

/* The stored hash of the key, or NULL; false when there is no such key. */
static bool
find_hash(const AuthKeyId *id, char **hash)
{
	AuthRow row;
	Snapshot snapshot = open_existing(&row, id);
	Datum value;
	bool isnull;

	*hash = NULL;
	if (snapshot == NULL)
		return false;
	value = auth_row_get(&row, AUTH_KEY_HASHED_PASSWORD, &isnull);
	if (!isnull)
		*hash = TextDatumGetCString(value);
	close_existing(&row, snapshot);
	return true;
}

void
auth_key_rename_only(text *user_id, const AuthKeyId *new_id)
{
	Datum values[3];

	values[0] = PointerGetDatum(user_id);
	set_id(&values[1], new_id);
	if (auth_statement_execute(&rename_only, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
				 errmsg("the user has no key of this provider and not "
						"exactly one key"),
				 errdetail_internal("AUTH_INVALID_KEY_ID"),
				 errhint("Name the key with auth_update_key_identifier().")));
}

void
auth_key_set_user_password(text *user_id, const char *hash)
{
	Datum values[3];
	char nulls[] = "   ";

	values[0] = PointerGetDatum(user_id);
	set_password(&values[1], &nulls[1], hash);
	if (auth_statement_execute(&update_user_password, values, nulls) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
				 errmsg("the user has no key with a password and not exactly "
						"one key"),
				 errdetail_internal("AUTH_INVALID_KEY_ID"),
				 errhint("Name the key with auth_update_key_password().")));
}

void
auth_key_delete_all(Datum user_id)
{
	(void) auth_statement_execute(&delete_user_keys, &user_id, NULL);
}

/*
 * auth_create_key(user_id text, provider_id text, provider_user_id text,
 *				   password text) auth_key_object
 *
 * UA001, UA003, UA011.
 */
Datum
auth_create_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthNewKey key;
	text *user_id;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_key()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	auth_key_new_id_arguments(&key.id, fcinfo, 1);
	auth_user_require(user_id);
	key.hash = auth_key_hash_argument(fcinfo, 3);
	auth_key_insert(&key, user_id);
	result = key_result(fcinfo, &key.id);
	auth_secret_end(&scope);
	return result;
}

/*
 * auth_get_key(provider_id text, provider_user_id text) auth_key_object
 *
 * UA002 when there is none.
 */
Datum
auth_get_key(PG_FUNCTION_ARGS)
{
	AuthKeyId id;

	auth_key_id_arguments(&id, fcinfo, 0);
	return key_result(fcinfo, &id);
}

/*
 * auth_get_user_keys(user_id text) SETOF auth_key_object
 *
 * UA001 when there is no such user.
 */
Datum
auth_get_user_keys(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	Datum arguments[] = {PointerGetDatum(user_id)};
	AuthExecution execution;
	uint64 count;

	auth_result_begin_set(fcinfo);
	auth_user_require(user_id);
	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	count = auth_statement_run(&execution, &select_keys, arguments, NULL);
	for (uint64 row = 0; row < count; row++)
	{
		Datum values[KEY_OBJECT_COLUMNS];
		bool nulls[KEY_OBJECT_COLUMNS];

		for (int i = 0; i < KEY_OBJECT_COLUMNS; i++)
			values[i] = auth_statement_get(row, i + 1, &nulls[i]);
		auth_result_add(fcinfo, values, nulls, KEY_OBJECT_COLUMNS);
	}
	auth_execution_end(&execution);
	return (Datum) 0;
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
	Datum values[4];
	char nulls[] = "    ";
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_key_password()");
	auth_key_id_arguments(&id, fcinfo, 0);
	user_id = auth_key_user(&id);
	set_id(values, &id);
	set_password(&values[2], &nulls[2], auth_key_hash_argument(fcinfo, 2));
	if (auth_statement_execute(&update_password, values, nulls) == 0)
		invalid_key(&id);
	auth_session_end_others(user_id, PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	result = key_result(fcinfo, &id);
	auth_secret_end(&scope);
	return result;
}

/*
 * auth_update_key_identifier(provider_id text, provider_user_id text,
 *							  new_provider_id text, new_provider_user_id text)
 *		auth_key_object
 *
 * Sessions and the password stay.  UA002, UA003.
 */
Datum
auth_update_key_identifier(PG_FUNCTION_ARGS)
{
	AuthKeyId old;
	AuthKeyId new;
	Datum values[4];

	PreventCommandIfReadOnly("auth_update_key_identifier()");
	auth_key_id_arguments(&old, fcinfo, 0);
	new.provider_id =
		auth_argument_new_identifier(fcinfo, 2, "new_provider_id");
	new.provider_user_id =
		auth_argument_new_identifier(fcinfo, 3, "new_provider_user_id");
	set_id(&values[0], &old);
	set_id(&values[2], &new);
	if (auth_statement_execute(&update_identifier, values, NULL) == 0)
		invalid_key(&old);
	return key_result(fcinfo, &new);
}

/*
 * auth_delete_key(provider_id text, provider_user_id text) void
 *
 * Sessions stay; succeeds for a key that does not exist.
 */
Datum
auth_delete_key(PG_FUNCTION_ARGS)
{
	AuthKeyId id;
	Datum values[2];

	PreventCommandIfReadOnly("auth_delete_key()");
	auth_key_id_arguments(&id, fcinfo, 0);
	set_id(values, &id);
	(void) auth_statement_execute(&delete_key, values, NULL);
	PG_RETURN_VOID();
}

/* Raise UA002 or UA004 unless the key exists and the password is its own. */
static void
check_password(const AuthKeyId *id, text *password)
{
	char *hash;
	bool found = find_hash(id, &hash);
	bool matches;

	if (password != NULL)
		matches = auth_password_matches(password, hash);
	else
		matches = hash == NULL;
	if (!found)
		invalid_key(id);
	if (!matches)
		auth_error_invalid_password();
}

/*
 * auth_use_key(provider_id text, provider_user_id text, password text)
 *		auth_key_object
 *
 * UA002 when there is no such key and UA004 when the password is wrong, at
 * the same cost; a key without a password takes NULL and nothing else.  UA007
 * when the stored hash is of no kind that can be verified, UA013 when the
 * password is right and the user disabled.
 */
Datum
auth_use_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthKeyId id;
	text *password = NULL;
	Datum result;

	auth_secret_begin(&scope);
	auth_key_id_arguments(&id, fcinfo, 0);
	if (!PG_ARGISNULL(2))
		password = auth_secret_text(PG_GETARG_DATUM(2));
	check_password(&id, password);
	auth_user_require_enabled(auth_key_user(&id));
	result = key_result(fcinfo, &id);
	auth_secret_end(&scope);
	return result;
}
