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
#include "rehash.h"
#include "result.h"
#include "row.h"
#include "secret.h"
#include "session.h"
#include "statement.h"
#include "user_row.h"

PG_FUNCTION_INFO_V1(auth_create_key);
PG_FUNCTION_INFO_V1(auth_get_key);
PG_FUNCTION_INFO_V1(auth_get_user_keys);
PG_FUNCTION_INFO_V1(auth_update_key_password);
PG_FUNCTION_INFO_V1(auth_update_key_identifier);
PG_FUNCTION_INFO_V1(auth_delete_key);
PG_FUNCTION_INFO_V1(auth_use_key);
PG_FUNCTION_INFO_V1(auth_import_key);

/* The columns of an auth_key_object. */
#define KEY_OBJECT                            \
	"user_id, provider_id, provider_user_id," \
	" hashed_password IS NOT NULL, created_at"
#define KEY_OBJECT_COLUMNS 5

/* A key as it was at one moment, copied. */
typedef struct Key
{
	Datum values[KEY_OBJECT_COLUMNS];
	bool nulls[KEY_OBJECT_COLUMNS];
	char *hash; /* NULL: no password */
} Key;

static void conflict(AuthConflict conflict, const Datum *values);

static AuthStatement insert_key = {
	.text = "INSERT INTO auth_key (provider_id, provider_user_id, user_id,"
			" hashed_password, password_changed_at)"
			" VALUES ($1, $2, $3, $4, $5) RETURNING " KEY_OBJECT,
	.nargs = 5,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID},
	.table = AUTH_KEY,
	.conflict = conflict,
};

static AuthStatement select_keys = {
	.text = "SELECT " KEY_OBJECT " FROM auth_key"
			" WHERE user_id = $1 ORDER BY provider_id, provider_user_id",
	.nargs = 1,
	.argtypes = (Oid[]){TEXTOID},
	.table = AUTH_KEY,
};

static AuthStatement update_password = {
	.text = "UPDATE auth_key SET hashed_password = $3,"
			" password_changed_at = $4"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" AND user_id = $5 RETURNING " KEY_OBJECT,
	.nargs = 5,
	.argtypes = (Oid[]){TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID},
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
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" RETURNING " KEY_OBJECT,
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

/* Run a statement that returns the key that it has written, if it has. */
static bool
write_key(AuthStatement *statement, Datum *values, const char *nulls, Key *key)
{
	AuthExecution execution;
	bool written;

	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	written = auth_statement_run(&execution, statement, values, nulls) > 0;
	if (written)
		auth_statement_copy(0, KEY_OBJECT_COLUMNS, key->values, key->nulls);
	auth_execution_end(&execution);
	return written;
}

static void
insert(const AuthNewKey *new_key, text *user_id, Key *key)
{
	Datum values[5];
	char nulls[] = "     ";

	set_id(values, &new_key->id);
	values[2] = PointerGetDatum(user_id);
	set_password(&values[3], &nulls[3], new_key->hash);
	if (new_key->hash == NULL)
		nulls[4] = 'n';
	if (!write_key(&insert_key, values, nulls, key))
		auth_error_suppressed_row(auth_relation_name(AUTH_KEY));
}

/* Insert the key, or raise UA003. */
void
auth_key_insert(const AuthNewKey *new_key, text *user_id)
{
	Key key;

	insert(new_key, user_id, &key);
}

static Datum
get_text_copy(AuthRow *row, int column, bool *isnull)
{
	Datum value = auth_row_get(row, column, isnull);

	return *isnull ? value : PointerGetDatum(DatumGetTextPCopy(value));
}

static void
copy_key(AuthRow *row, Key *key)
{
	bool isnull;
	Datum hash = auth_row_get(row, AUTH_KEY_HASHED_PASSWORD, &isnull);

	key->hash = isnull ? NULL : TextDatumGetCString(hash);
	key->values[0] = get_text_copy(row, AUTH_KEY_USER_ID, &key->nulls[0]);
	key->values[1] = get_text_copy(row, AUTH_KEY_PROVIDER_ID, &key->nulls[1]);
	key->values[2] =
		get_text_copy(row, AUTH_KEY_PROVIDER_USER_ID, &key->nulls[2]);
	key->values[3] = BoolGetDatum(!isnull);
	key->nulls[3] = false;
	key->values[4] = auth_row_get(row, AUTH_KEY_CREATED_AT, &key->nulls[4]);
}

/* The key as it is now; false when there is none, or no user of it. */
static bool
read_key(const AuthKeyId *id, Key *key)
{
	AuthRow row;
	Datum values[2];
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	bool found;

	set_id(values, id);
	found = auth_row_open(&row, AUTH_KEY, snapshot, values);
	if (found)
	{
		copy_key(&row, key);
		auth_row_close(&row);
	}
	UnregisterSnapshot(snapshot);
	return found && !key->nulls[0];
}

static void
require_key(const AuthKeyId *id, Key *key)
{
	if (!read_key(id, key))
		invalid_key(id);
}

static Datum
key_result(FunctionCallInfo fcinfo, Key *key)
{
	return auth_result_row(fcinfo, key->values, key->nulls, KEY_OBJECT_COLUMNS);
}

/* The id of the key's user, or UA002. */
text *
auth_key_user(const AuthKeyId *id)
{
	Key key;

	require_key(id, &key);
	return DatumGetTextPP(key.values[0]);
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
	AuthNewKey new_key;
	text *user_id;
	Key key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_key()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	auth_key_new_id_arguments(&new_key.id, fcinfo, 1);
	auth_user_require(user_id);
	new_key.hash = auth_key_hash_argument(fcinfo, 3);
	insert(&new_key, user_id, &key);
	auth_secret_end(&scope);
	return key_result(fcinfo, &key);
}

/*
 * auth_import_key(user_id text, provider_id text, provider_user_id text,
 *				   hashed_password text) auth_key_object
 *
 * A key whose password was hashed elsewhere.  22023 when the hash could not
 * be verified, UA001, UA003.
 */
Datum
auth_import_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthNewKey new_key;
	text *user_id;
	Key key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_import_key()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	auth_key_new_id_arguments(&new_key.id, fcinfo, 1);
	auth_argument_required(fcinfo, 3, "hashed_password");
	new_key.hash = auth_password_import(auth_secret_text(PG_GETARG_DATUM(3)));
	auth_user_require(user_id);
	insert(&new_key, user_id, &key);
	auth_secret_end(&scope);
	return key_result(fcinfo, &key);
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
	Key key;

	auth_key_id_arguments(&id, fcinfo, 0);
	require_key(&id, &key);
	return key_result(fcinfo, &key);
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
	Datum values[5];
	char nulls[] = "     ";
	Key key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_update_key_password()");
	auth_key_id_arguments(&id, fcinfo, 0);
	user_id = auth_key_user(&id);
	set_id(values, &id);
	set_password(&values[2], &nulls[2], auth_key_hash_argument(fcinfo, 2));
	values[4] = PointerGetDatum(user_id);
	auth_user_require_locked(user_id);
	if (!write_key(&update_password, values, nulls, &key))
		invalid_key(&id);
	auth_session_end_others(user_id, PG_GETARG_DATUM(3), PG_ARGISNULL(3));
	auth_secret_end(&scope);
	return key_result(fcinfo, &key);
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
	AuthKeyId old_id;
	AuthKeyId new_id;
	Datum values[4];
	Key key;

	PreventCommandIfReadOnly("auth_update_key_identifier()");
	auth_key_id_arguments(&old_id, fcinfo, 0);
	new_id.provider_id =
		auth_argument_new_identifier(fcinfo, 2, "new_provider_id");
	new_id.provider_user_id =
		auth_argument_new_identifier(fcinfo, 3, "new_provider_user_id");
	set_id(&values[0], &old_id);
	set_id(&values[2], &new_id);
	if (!write_key(&update_identifier, values, NULL, &key))
		invalid_key(&old_id);
	return key_result(fcinfo, &key);
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

/*
 * Raise UA002 or UA004 unless the key exists and the password is its own.
 * The answer is about the key that had the hash: another of the same name may
 * take its place while the password is being hashed.
 */
static void
check_password(const AuthKeyId *id, text *password, Key *key)
{
	bool found = read_key(id, key);
	const char *hash = found ? key->hash : NULL;
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
 * password is right and the user disabled.  A hash that is out of date is
 * replaced.
 */
Datum
auth_use_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthKeyId id;
	text *password = NULL;
	Key key;

	auth_secret_begin(&scope);
	auth_key_id_arguments(&id, fcinfo, 0);
	if (!PG_ARGISNULL(2))
		password = auth_secret_text(PG_GETARG_DATUM(2));
	check_password(&id, password, &key);
	auth_user_require_enabled(DatumGetTextPP(key.values[0]));
	if (password != NULL)
		auth_rehash(&id, password, key.hash);
	auth_secret_end(&scope);
	return key_result(fcinfo, &key);
}
