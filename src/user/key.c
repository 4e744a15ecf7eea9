/*
 * key.c
 *	  Keys: the ways in which a user signs in.
 *
 * A key is named by two texts, the provider and the user's id there.  It may
 * have a password.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "password/password.h"
#include "secret/secret.h"
#include "table/statement.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/notice.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_create_key);
PG_FUNCTION_INFO_V1(auth_get_key);
PG_FUNCTION_INFO_V1(auth_get_user_keys);
PG_FUNCTION_INFO_V1(auth_update_key_identifier);
PG_FUNCTION_INFO_V1(auth_delete_key);
PG_FUNCTION_INFO_V1(auth_import_key);

#define INSERT_KEY                                                  \
	"INSERT INTO auth_key (provider_id, provider_user_id, user_id," \
	" hashed_password, password_changed_at, verified_at)"           \
	" VALUES ($1, $2, $3, $4, $5, $6)"

static AuthStatement insert_key = {
	.text = INSERT_KEY " RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
	.duplicate = auth_error_duplicate_key,
	.user = 3,
};

/* The key that has the name is locked, so that it is still there to be seen. */
static AuthStatement insert_free_key = {
	.text = INSERT_KEY " ON CONFLICT (provider_id, provider_user_id)"
					   " DO UPDATE SET user_id = auth_key.user_id WHERE false"
					   " RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
	.duplicate = auth_error_duplicate_key,
	.user = 3,
};

static AuthStatement select_keys = {
	.text = "SELECT " AUTH_KEY_OBJECT " FROM auth_key"
			" WHERE user_id = $1 ORDER BY provider_id, provider_user_id",
	AUTH_TYPES(TEXTOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement update_identifier = {
	.text = "UPDATE auth_key SET provider_id = $3, provider_user_id = $4,"
			" verified_at = NULL"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
	.duplicate = auth_error_duplicate_key,
};

/* The only key of the provider or, with none of it, the only key. */
static AuthStatement lock_only = {
	.text = "WITH own AS (SELECT provider_id, provider_user_id,"
			" provider_id = $2 AS same FROM auth_key"
			" WHERE user_id = $1 FOR UPDATE),"
			" candidate AS (SELECT * FROM own"
			" WHERE same OR NOT EXISTS (SELECT FROM own WHERE same))"
			" SELECT provider_id, provider_user_id FROM candidate"
			" WHERE 1 = (SELECT count(*) FROM candidate)",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.results = AUTH_KEY_ID_RESULTS,
	.table = AUTH_KEY,
};

static AuthStatement delete_key = {
	.text = "DELETE FROM auth_key"
			" WHERE provider_id = $1 AND provider_user_id = $2"
			" AND ($3 IS NULL OR user_id = $3)"
			" RETURNING " AUTH_KEY_OBJECT,
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID),
	.results = AUTH_KEY_OBJECT_RESULTS,
	.table = AUTH_KEY,
};

/* Whether a password is all that the user, if there is one, is asked for. */
static bool
is_only_factor(text *user_id)
{
	return user_id == NULL || !auth_second_factor_is_asked_of(user_id);
}

/*
 * The hash of a password argument for a key of the user or, with NULL, of one
 * who is new; NULL for NULL.
 */
char *
auth_key_hash_argument(FunctionCallInfo fcinfo, int number, const AuthKeyId *id,
					   text *user_id)
{
	if (PG_ARGISNULL(number))
		return NULL;
	return auth_password_hash(auth_secret_text(PG_GETARG_DATUM(number)),
							  list_make1(id->provider_user_id),
							  is_only_factor(user_id));
}

/* The identifiers of the user's keys. */
static List *
list_identifiers(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	return auth_statement_texts(&select_keys, arguments, 3);
}

/* The hash of a password for all keys of a user. */
char *
auth_key_hash_for_user(text *password, text *user_id)
{
	return auth_password_hash(password,
							  list_identifiers(user_id),
							  is_only_factor(user_id));
}

/* The argument "verified" of a function that creates a key. */
static bool
verified_argument(FunctionCallInfo fcinfo, int number)
{
	auth_argument_required(fcinfo, number, "verified");
	return PG_GETARG_BOOL(number);
}

/*
 * The arguments of a new key of a new user: provider id, provider user id and
 * password from the first on, and verified.  False when those three are NULL.
 */
bool
auth_key_new_optional(AuthNewKey *key, FunctionCallInfo fcinfo, int first,
					  int verified)
{
	key->verified = verified_argument(fcinfo, verified);
	if (PG_ARGISNULL(first) && PG_ARGISNULL(first + 1) &&
		PG_ARGISNULL(first + 2))
		return false;
	auth_key_new_id_arguments(&key->id, fcinfo, first);
	key->hash = auth_key_hash_argument(fcinfo, first + 2, &key->id, NULL);
	return true;
}

/* Run a statement that inserts a key; whether it has. */
static bool
run_insert(AuthStatement *statement, const AuthNewKey *new_key, text *user_id,
		   AuthKey *key)
{
	NullableDatum arguments[] = {
		auth_text(new_key->id.provider_id),
		auth_text(new_key->id.provider_user_id),
		auth_text(user_id),
		auth_string(new_key->hash),
		new_key->hash != NULL ? auth_time(GetCurrentTimestamp()) : auth_null(),
		new_key->verified ? auth_time(GetCurrentTimestamp()) : auth_null(),
	};

	return auth_key_write(statement, arguments, key);
}

static void
insert(const AuthNewKey *new_key, text *user_id, AuthKey *key)
{
	if (!run_insert(&insert_key, new_key, user_id, key))
		auth_error_suppressed_row(auth_relation_name(AUTH_KEY));
}

static void
record(const char *kind, const AuthKey *key, const char *reason)
{
	AuthKeyId id = auth_key_id(key);

	auth_event_record(&(AuthEvent){.kind = kind,
								   .reason = reason,
								   .user_id = auth_key_user_id(key),
								   .key = &id});
}

/* Insert the key, or raise UA003. */
void
auth_key_insert(AuthNewKey *new_key, text *user_id)
{
	AuthKey key;

	insert(new_key, user_id, &key);
	new_key->id = auth_key_id(&key);
}

/* Insert the key, unless there is one of this name; whether it was. */
bool
auth_key_insert_free(AuthNewKey *new_key, text *user_id)
{
	AuthKey key;
	bool inserted = run_insert(&insert_free_key, new_key, user_id, &key);

	if (!inserted && !auth_key_read(&new_key->id, &key))
		auth_error_suppressed_row(auth_relation_name(AUTH_KEY));
	new_key->id = auth_key_id(&key);
	return inserted;
}

/* The same, with a record of its own. */
bool
auth_key_create_free(AuthNewKey *new_key, text *user_id, const char *reason)
{
	if (!auth_key_insert_free(new_key, user_id))
		return false;
	auth_event_record(&(AuthEvent){.kind = "key_created",
								   .reason = reason,
								   .user_id = user_id,
								   .key = &new_key->id});
	auth_notice_send(AUTH_NOTICE_KEY_ADDED, user_id);
	return true;
}

/* The id of the key's user, or UA002. */
text *
auth_key_user(AuthKeyId *id)
{
	AuthKey key;

	auth_key_require(id, &key);
	return auth_key_user_id(&key);
}

/*
 * Hold the key's user.  It is locked before its keys wherever both are, or else
 * whoever goes on to create a session and whoever changes the password or
 * deletes the user would wait for each other.
 */
static void
hold_user(AuthKeyId id)
{
	AuthKey key;

	if (auth_key_read(&id, &key))
		auth_user_hold(PointerGetDatum(auth_key_user_id(&key)));
}

/* Of an address whoever has read what was sent to the old one is told. */
static void
tell_renamed(const AuthKeyId *old_id, bool was_proven, AuthKey *key)
{
	text *user_id = auth_key_user_id(key);

	if (auth_key_is_email_provider(old_id->provider_id))
		auth_notice_send_to(AUTH_NOTICE_EMAIL_CHANGED,
							user_id,
							old_id,
							was_proven);
	else
		auth_notice_send(AUTH_NOTICE_KEY_RENAMED, user_id);
}

/* Rename the key, whatever user's it is; false: there is none. */
static bool
rename_key(const AuthKeyId *old_id, const AuthKeyId *new_id, AuthKey *key)
{
	NullableDatum arguments[] = {auth_text(old_id->provider_id),
								 auth_text(old_id->provider_user_id),
								 auth_text(new_id->provider_id),
								 auth_text(new_id->provider_user_id)};
	bool was_proven = auth_key_is_proven(*old_id);

	if (!auth_key_write(&update_identifier, arguments, key))
		return false;
	record("key_renamed", key, NULL);
	tell_renamed(old_id, was_proven, key);
	return true;
}

void
auth_key_rename_only(text *user_id, const AuthKeyId *new_id)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_text(new_id->provider_id)};
	NullableDatum only[2];
	AuthKeyId old_id;
	AuthKey key;

	auth_user_hold(PointerGetDatum(user_id));
	if (auth_statement_row(&lock_only,
						   arguments,
						   RowExclusiveLock,
						   lengthof(only),
						   only) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_AUTH_INVALID_KEY_ID),
				 errmsg("the user has no key of this provider and not "
						"exactly one key"),
				 errdetail_internal("AUTH_INVALID_KEY_ID"),
				 errhint("Name the key with auth_update_key_identifier().")));
	old_id = (AuthKeyId){auth_as_text(only[0]), auth_as_text(only[1])};
	if (!rename_key(&old_id, new_id, &key))
		auth_error_suppressed_row(auth_relation_name(AUTH_KEY));
}

/*
 * auth_create_key(user_id text, provider_id text, provider_user_id text,
 *				   password text, verified boolean) auth_key_object
 *
 * UA001, UA003, UA011.
 */
Datum
auth_create_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthNewKey new_key;
	text *user_id;
	AuthKey key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_key()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	auth_key_new_id_arguments(&new_key.id, fcinfo, 1);
	new_key.verified = verified_argument(fcinfo, 4);
	auth_user_require(user_id);
	new_key.hash = auth_key_hash_argument(fcinfo, 3, &new_key.id, user_id);
	auth_notice_send(AUTH_NOTICE_KEY_ADDED, user_id);
	insert(&new_key, user_id, &key);
	record("key_created", &key, NULL);
	auth_secret_end(&scope);
	return auth_key_result(fcinfo, &key);
}

/*
 * auth_import_key(user_id text, provider_id text, provider_user_id text,
 *				   hashed_password text, verified boolean) auth_key_object
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
	AuthKey key;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_import_key()");
	user_id = auth_argument_text(fcinfo, 0, "user_id");
	auth_key_new_id_arguments(&new_key.id, fcinfo, 1);
	new_key.verified = verified_argument(fcinfo, 4);
	new_key.hash =
		auth_password_import(&new_key.id,
							 auth_secret_argument(fcinfo,
												  3,
												  "hashed_password"));
	auth_user_require(user_id);
	insert(&new_key, user_id, &key);
	record("key_created", &key, "imported");
	auth_secret_end(&scope);
	return auth_key_result(fcinfo, &key);
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
	AuthKey key;

	auth_key_id_arguments(&id, fcinfo, 0);
	auth_key_require(&id, &key);
	return auth_key_result(fcinfo, &key);
}

/* Add the user's keys, each an auth_key_object, to the function's set. */
void
auth_key_add_all(FunctionCallInfo fcinfo, text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	auth_statement_result(fcinfo,
						  &select_keys,
						  arguments,
						  AUTH_KEY_OBJECT_COLUMNS);
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

	auth_result_begin_set(fcinfo);
	auth_user_require(user_id);
	auth_key_add_all(fcinfo, user_id);
	return (Datum) 0;
}

/*
 * auth_update_key_identifier(provider_id text, provider_user_id text,
 *							  new_provider_id text, new_provider_user_id text)
 *		auth_key_object
 *
 * Sessions and the password stay; nobody has proven the new name.  UA002, UA003.
 */
Datum
auth_update_key_identifier(PG_FUNCTION_ARGS)
{
	AuthKeyId old_id;
	AuthKeyId new_id;
	AuthKey key;

	PreventCommandIfReadOnly("auth_update_key_identifier()");
	auth_key_id_arguments(&old_id, fcinfo, 0);
	auth_key_new_id(&new_id,
					fcinfo,
					2,
					"new_provider_id",
					"new_provider_user_id");
	hold_user(old_id);
	if (!rename_key(&old_id, &new_id, &key))
		auth_key_invalid(&old_id);
	return auth_key_result(fcinfo, &key);
}

/* Tell the user, also at the address that is gone. */
static void
tell_of_removal(const AuthKey *key)
{
	AuthKeyId id = auth_key_id(key);
	text *user_id = auth_key_user_id(key);

	auth_notice_send(AUTH_NOTICE_KEY_REMOVED, user_id);
	if (auth_key_is_verified(key) && auth_key_is_email_provider(id.provider_id))
		auth_notice_send_to(AUTH_NOTICE_KEY_REMOVED, user_id, &id, true);
}

/*
 * Delete the key of the user or, for NULL, of whoever has it; the user is held
 * or locked.  False: there is none.
 */
bool
auth_key_delete(const AuthKeyId *id, text *user_id)
{
	NullableDatum arguments[] = {auth_text(id->provider_id),
								 auth_text(id->provider_user_id),
								 auth_text(user_id)};
	AuthKey key;

	if (!auth_key_write(&delete_key, arguments, &key))
		return false;
	record("key_deleted", &key, NULL);
	tell_of_removal(&key);
	return true;
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

	PreventCommandIfReadOnly("auth_delete_key()");
	auth_key_id_arguments(&id, fcinfo, 0);
	hold_user(id);
	(void) auth_key_delete(&id, NULL);
	PG_RETURN_VOID();
}
