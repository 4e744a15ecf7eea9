/*
 * key_row.c
 *	  The row of a key, as it is read and written.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "table/row.h"
#include "user/key_name.h"
#include "user/key_row.h"

/* Those of an auth_key_object that have no NULLs are the first. */
#define REQUIRED_COLUMNS 5

static AuthStatement hold_key = {
	.text = "SELECT FROM auth_key"
			" WHERE provider_id = $1 AND provider_user_id = $2 FOR KEY SHARE",
	AUTH_TYPES(TEXTOID, TEXTOID),
	.table = AUTH_KEY,
};

/* Raise UA002. */
void
auth_key_invalid(const AuthKeyId *id)
{
	auth_error_invalid_key(text_to_cstring(id->provider_id),
						   text_to_cstring(id->provider_user_id));
}

/* The key in a row that a statement has returned, in its caller's memory. */
static void
copy_written(const AuthStatement *statement, uint64 row, AuthKey *key)
{
	for (int column = 1; column <= REQUIRED_COLUMNS; column++)
		(void) auth_statement_require(statement, row, column);
	auth_statement_copy(statement, row, AUTH_KEY_OBJECT_COLUMNS, key->values);
}

/* Run a statement that returns the key that it has written, if it has. */
bool
auth_key_write(AuthStatement *statement, const NullableDatum *arguments,
			   AuthKey *key)
{
	AuthExecution execution;
	bool written;

	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	written = auth_statement_run(&execution, statement, arguments) > 0;
	if (written)
		copy_written(statement, 0, key);
	auth_execution_end(&execution);
	return written;
}

/* The same of several keys: a list of AuthKey. */
List *
auth_key_write_all(AuthStatement *statement, const NullableDatum *arguments)
{
	AuthExecution execution;
	List *keys = NIL;
	uint64 count;

	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	count = auth_statement_run(&execution, statement, arguments);
	for (uint64 row = 0; row < count; row++)
	{
		MemoryContext old = MemoryContextSwitchTo(execution.caller);
		AuthKey *key = palloc0(sizeof(AuthKey));

		keys = lappend(keys, key);
		MemoryContextSwitchTo(old);
		copy_written(statement, row, key);
	}
	auth_execution_end(&execution);
	return keys;
}

static void
copy_key(AuthRow *row, AuthKey *key)
{
	key->hash = auth_as_string(auth_row_get(row, AUTH_KEY_HASHED_PASSWORD));
	key->values[0] = auth_text(auth_row_require_text(row, AUTH_KEY_USER_ID));
	key->values[1] =
		auth_text(auth_row_require_text(row, AUTH_KEY_PROVIDER_ID));
	key->values[2] =
		auth_text(auth_row_require_text(row, AUTH_KEY_PROVIDER_USER_ID));
	key->values[3] = auth_bool(key->hash != NULL);
	key->values[4] = auth_datum(auth_row_require(row, AUTH_KEY_CREATED_AT));
	key->values[5] = auth_row_get(row, AUTH_KEY_VERIFIED_AT);
	key->had_password = !auth_row_get(row, AUTH_KEY_PASSWORD_CHANGED_AT).isnull;
}

/*
 * The key that the name means, as it is now; false when there is none.  The
 * name is from then on spelled as the key's own is, which is where messages go
 * and what events show.
 */
bool
auth_key_read(AuthKeyId *id, AuthKey *key)
{
	AuthRow row;
	Datum name[] = {PointerGetDatum(id->provider_id),
					PointerGetDatum(id->provider_user_id)};
	bool found = auth_row_open(&row, AUTH_KEY, name);

	if (found)
	{
		copy_key(&row, key);
		auth_row_close(&row);
	}
	if (found)
		*id = auth_key_id(key);
	return found;
}

/* Hold the key, if there is one, against another name and deletion. */
void
auth_key_hold(const AuthKeyId *id)
{
	NullableDatum arguments[] = {auth_text(id->provider_id),
								 auth_text(id->provider_user_id)};

	(void) auth_statement_execute(&hold_key, arguments);
}

/* The key as it is now, or UA002. */
void
auth_key_require(AuthKeyId *id, AuthKey *key)
{
	if (!auth_key_read(id, key))
		auth_key_invalid(id);
}

/* The key's name as it is stored. */
AuthKeyId
auth_key_id(const AuthKey *key)
{
	return (AuthKeyId){auth_as_text(key->values[1]),
					   auth_as_text(key->values[2])};
}

text *
auth_key_user_id(const AuthKey *key)
{
	return auth_as_text(key->values[0]);
}

/* Whether somebody has proven that the name is theirs. */
bool
auth_key_is_verified(const AuthKey *key)
{
	return !key->values[5].isnull;
}

/* The same of the name; false also when there is no such key. */
bool
auth_key_is_proven(AuthKeyId id)
{
	AuthKey key;

	return auth_key_read(&id, &key) && auth_key_is_verified(&key);
}

/* As AUTH_KEY_TAKES_PASSWORD, of a key that was read. */
bool
auth_key_takes_password(const AuthKey *key)
{
	return key->hash != NULL || key->had_password ||
		   auth_key_is_email_provider(auth_as_text(key->values[1]));
}

/* The key as an auth_key_object. */
Datum
auth_key_result(FunctionCallInfo fcinfo, AuthKey *key)
{
	return auth_result_row(fcinfo, key->values, AUTH_KEY_OBJECT_COLUMNS);
}
