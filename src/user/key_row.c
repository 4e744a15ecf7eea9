/*
 * key_row.c
 *	  The row of a key, as it is read and written.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/result.h"
#include "table/row.h"
#include "user/key_row.h"

/* A hash and the time of its change as arguments; NULLs without a hash. */
void
auth_key_set_password(Datum *values, char *nulls, const char *hash)
{
	values[0] = hash != NULL ? CStringGetTextDatum(hash) : (Datum) 0;
	nulls[0] = hash != NULL ? ' ' : 'n';
	values[1] = TimestampTzGetDatum(GetCurrentTimestamp());
}

/* Raise UA002. */
void
auth_key_invalid(const AuthKeyId *id)
{
	auth_error_invalid_key(text_to_cstring(id->provider_id),
						   text_to_cstring(id->provider_user_id));
}

/* Run a statement that returns the key that it has written, if it has. */
bool
auth_key_write(AuthStatement *statement, Datum *values, const char *nulls,
			   AuthKey *key)
{
	AuthExecution execution;
	bool written;

	auth_statement_begin(&execution, AUTH_KEY, RowExclusiveLock);
	written = auth_statement_run(&execution, statement, values, nulls) > 0;
	if (written)
		auth_statement_copy_required(statement,
									 0,
									 AUTH_KEY_OBJECT_COLUMNS,
									 key->values);
	auth_execution_end(&execution);
	return written;
}

static Datum
copy_text(AuthRow *row, int column)
{
	return PointerGetDatum(DatumGetTextPCopy(auth_row_require(row, column)));
}

static void
copy_key(AuthRow *row, AuthKey *key)
{
	bool isnull;
	Datum hash = auth_row_get(row, AUTH_KEY_HASHED_PASSWORD, &isnull);

	key->hash = isnull ? NULL : TextDatumGetCString(hash);
	key->values[0] = copy_text(row, AUTH_KEY_USER_ID);
	key->values[1] = copy_text(row, AUTH_KEY_PROVIDER_ID);
	key->values[2] = copy_text(row, AUTH_KEY_PROVIDER_USER_ID);
	key->values[3] = BoolGetDatum(!isnull);
	key->values[4] = auth_row_require(row, AUTH_KEY_CREATED_AT);
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
	Datum values[2];
	bool found;

	auth_key_set_id(values, id);
	found = auth_row_open(&row, AUTH_KEY, values);
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
	return (AuthKeyId){DatumGetTextPP(key->values[1]),
					   DatumGetTextPP(key->values[2])};
}

text *
auth_key_user_id(const AuthKey *key)
{
	return DatumGetTextPP(key->values[0]);
}

/* The key as an auth_key_object. */
Datum
auth_key_result(FunctionCallInfo fcinfo, AuthKey *key)
{
	bool nulls[AUTH_KEY_OBJECT_COLUMNS] = {false};

	return auth_result_row(fcinfo, key->values, nulls, AUTH_KEY_OBJECT_COLUMNS);
}
