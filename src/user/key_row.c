/*
 * key_row.c
 *	  The row of a key, as it is read and written.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "table/row.h"
#include "user/key_row.h"

/* Raise UA002. */
void
auth_key_invalid(const AuthKeyId *id)
{
	auth_error_invalid_key(text_to_cstring(id->provider_id),
						   text_to_cstring(id->provider_user_id));
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
		auth_statement_copy_required(statement,
									 0,
									 AUTH_KEY_OBJECT_COLUMNS,
									 key->values);
	auth_execution_end(&execution);
	return written;
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

/* The key as an auth_key_object. */
Datum
auth_key_result(FunctionCallInfo fcinfo, AuthKey *key)
{
	return auth_result_row(fcinfo, key->values, AUTH_KEY_OBJECT_COLUMNS);
}
