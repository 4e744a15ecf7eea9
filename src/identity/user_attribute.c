/*
 * user_attribute.c
 *	  An attribute of the user who acts, as policies ask for it: a tenant's id.
 *
 * It is read from the user's row as the statement that asks sees it, so that it
 * fits the other rows of that statement and stays the same for all of them.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "call/value.h"
#include "identity/identity.h"
#include "table/attribute.h"
#include "table/row.h"

PG_FUNCTION_INFO_V1(auth_user_attribute);
PG_FUNCTION_INFO_V1(auth_user_attribute_text);

/*
 * The attribute that the argument names, as jsonb, or NULL: it has no value, or
 * nobody acts.  UA008 where auth.user_attributes shows no such one.
 */
static Jsonb *
read_attribute(FunctionCallInfo fcinfo)
{
	const AuthIdentity *identity = auth_identity();
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	NullableDatum value;
	Datum key;
	AuthRow row;

	if (identity == NULL)
		return NULL;
	key = PointerGetDatum(identity->user_id);
	if (!auth_row_open_seen(&row, AUTH_USER, &key))
		return NULL;
	value = auth_attribute_read_one(&row, name);
	auth_row_close(&row);
	return auth_as_jsonb(value);
}

/*
 * auth_user_attribute(name text) jsonb
 *
 * NULL where the attribute is, where nobody acts, and where the user is deleted.
 * UA008 for the name of none that is shown.
 */
Datum
auth_user_attribute(PG_FUNCTION_ARGS)
{
	Jsonb *value = read_attribute(fcinfo);

	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(value);
}

/* The text of a value, without quotes; NULL for a JSON null. */
static text *
make_text(Jsonb *value)
{
	JsonbValue scalar;
	StringInfoData json;

	if (JsonbExtractScalar(&value->root, &scalar))
	{
		if (scalar.type == jbvNull)
			return NULL;
		if (scalar.type == jbvString)
			return cstring_to_text_with_len(scalar.val.string.val,
											scalar.val.string.len);
	}
	initStringInfo(&json);
	(void) JsonbToCString(&json, &value->root, VARSIZE(value));
	return cstring_to_text_with_len(json.data, json.len);
}

/*
 * auth_user_attribute_text(name text) text
 *
 * The same as text, as jsonb's ->> has it.
 */
Datum
auth_user_attribute_text(PG_FUNCTION_ARGS)
{
	Jsonb *value = read_attribute(fcinfo);
	text *result = value != NULL ? make_text(value) : NULL;

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}
