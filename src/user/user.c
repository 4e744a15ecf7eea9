/*
 * user.c
 *	  Users: accounts with the application's attributes.
 *
 * Every function returns the user as it is read back from the table, so that
 * defaults, generated columns and the application's triggers show.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/secret.h"
#include "table/assignment.h"
#include "table/attribute.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/user.h"
#include "user/user_row.h"

#define USER_OBJECT_COLUMNS 6
#define USER_ID_LENGTH 15
#define USER_ID_MAX_LENGTH 255

PG_FUNCTION_INFO_V1(auth_generate_user_id);
PG_FUNCTION_INFO_V1(auth_create_user);
PG_FUNCTION_INFO_V1(auth_get_user);
PG_FUNCTION_INFO_V1(auth_get_user_by_provider_id);
PG_FUNCTION_INFO_V1(auth_update_user_attributes);
PG_FUNCTION_INFO_V1(auth_update_user_provider_id);

/* A time that is shown, and not taken for none: at infinity it is now. */
static NullableDatum
shown(NullableDatum time)
{
	return TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(time.value)) ?
			   auth_time(GetCurrentTimestamp()) :
			   time;
}

/* Since when, until when and why the user is disabled; nulls if it is not. */
static void
get_disabled(AuthRow *row, NullableDatum *values)
{
	values[0] = values[1] = values[2] = auth_null();
	if (!auth_user_is_disabled(row))
		return;
	values[0] = shown(auth_row_get(row, AUTH_USER_DISABLED_AT));
	values[1] = auth_row_get(row, AUTH_USER_DISABLED_UNTIL);
	values[2] = auth_row_get(row, AUTH_USER_DISABLED_REASON);
}

/* The user as an auth_user_object, or UA001. */
Datum
auth_user_result(FunctionCallInfo fcinfo, text *user_id)
{
	AuthRow row;
	NullableDatum values[USER_OBJECT_COLUMNS];
	Datum result;

	auth_user_open_existing(&row, user_id);
	values[0] = auth_datum(auth_row_require(&row, AUTH_USER_ID));
	values[1] = auth_datum(auth_attribute_read(&row));
	values[2] = auth_datum(auth_row_require(&row, AUTH_USER_CREATED_AT));
	get_disabled(&row, &values[3]);
	result = auth_result_row(fcinfo, values, USER_OBJECT_COLUMNS);
	auth_row_close(&row);
	return result;
}

/*
 * auth_generate_user_id(length int) text
 *
 * Random letters of [a-z0-9].  22023 for a length outside 1 to 255.
 */
Datum
auth_generate_user_id(PG_FUNCTION_ARGS)
{
	int length = USER_ID_LENGTH;
	text *result;

	if (!PG_ARGISNULL(0))
		length = auth_argument_int(fcinfo, 0, "length", 1, USER_ID_MAX_LENGTH);
	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	auth_secret_letters(VARDATA(result), length);
	PG_RETURN_TEXT_P(result);
}

/* Insert the user, with the id given or the column's default; its id. */
text *
auth_user_insert(Jsonb *attributes, text *user_id)
{
	AuthAssignments *assignments = auth_assignment_begin(AUTH_USER, attributes);

	if (user_id != NULL)
		auth_assignment_add(assignments, "id", TEXTOID, auth_text(user_id));
	auth_assignment_add_object(assignments, attributes);
	return DatumGetTextPP(
		auth_assignment_insert(assignments, auth_error_duplicate_user, 0));
}

/*
 * auth_create_user(provider_id text, provider_user_id text, password text,
 *					user_attributes jsonb, user_id text, verified boolean)
 *		auth_user_object
 *
 * With a key when the first two are given, without one when both are NULL.
 * UA003 when the key exists, UA006 when the user id does, UA008 for
 * attributes that are none, UA011 for an unacceptable password; a violated
 * constraint of the application's passes through.
 */
Datum
auth_create_user(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthNewKey key;
	bool has_key;
	Jsonb *attributes;
	text *user_id = NULL;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_user()");
	attributes = auth_argument_object(fcinfo, 3, "user_attributes");
	if (!PG_ARGISNULL(4))
		user_id = auth_argument_new_identifier(fcinfo, 4, "user_id");
	has_key = auth_key_new_optional(&key, fcinfo, 0, 5);
	user_id = auth_user_insert(attributes, user_id);
	if (has_key)
		auth_key_insert(&key, user_id);
	auth_event_record(&(AuthEvent){.kind = "user_created",
								   .user_id = user_id,
								   .key = has_key ? &key.id : NULL});
	result = auth_user_result(fcinfo, user_id);
	auth_secret_end(&scope);
	return result;
}

/*
 * auth_get_user(user_id text) auth_user_object
 *
 * UA001 when there is none.
 */
Datum
auth_get_user(PG_FUNCTION_ARGS)
{
	return auth_user_result(fcinfo, auth_argument_text(fcinfo, 0, "user_id"));
}

/*
 * auth_get_user_by_provider_id(provider_id text, provider_user_id text)
 *		auth_user_object
 *
 * UA002 when the key does not exist.
 */
Datum
auth_get_user_by_provider_id(PG_FUNCTION_ARGS)
{
	AuthKeyId id;

	auth_key_id_arguments(&id, fcinfo, 0);
	return auth_user_result(fcinfo, auth_key_user(&id));
}

/*
 * auth_update_user_attributes(user_id text, user_attributes jsonb)
 *		auth_user_object
 *
 * UA001, UA008.  {} changes nothing.
 */
Datum
auth_update_user_attributes(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	Jsonb *attributes = auth_argument_object(fcinfo, 1, "user_attributes");

	PreventCommandIfReadOnly("auth_update_user_attributes()");
	if (!auth_assignment_update(AUTH_USER,
								PointerGetDatum(user_id),
								attributes))
		auth_error_invalid_user(text_to_cstring(user_id));
	return auth_user_result(fcinfo, user_id);
}

/*
 * auth_update_user_provider_id(user_id text, provider_id text,
 *								provider_user_id text) auth_user_object
 *
 * Renames the user's key of that provider, or its only key.  Sessions stay;
 * nobody has proven the new name.  UA001, UA003; UA002 when no key or several
 * could be meant.
 */
Datum
auth_update_user_provider_id(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	AuthKeyId id;

	PreventCommandIfReadOnly("auth_update_user_provider_id()");
	auth_key_new_id_arguments(&id, fcinfo, 1);
	auth_user_require(user_id);
	auth_key_rename_only(user_id, &id);
	return auth_user_result(fcinfo, user_id);
}
