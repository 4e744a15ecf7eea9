/*
 * token_argument.c
 *	  Arguments of the functions that make and use tokens and codes.
 *
 * Those of second factors are made and used by functions of their own, and by no
 * others: one that a back end made itself would stand beside those that their
 * user knows of, and one that it used would be gone with nobody told.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "call/argument.h"
#include "call/value.h"
#include "token/token_argument.h"

static bool
is_of_factors(const char *purpose)
{
	return strcmp(purpose, AUTH_TOKEN_DEVICE) == 0 ||
		   strcmp(purpose, AUTH_TOKEN_RECOVERY) == 0 ||
		   strcmp(purpose, AUTH_TOKEN_SECOND_FACTOR) == 0;
}

static void
begin(AuthToken *token, text *purpose)
{
	const char *name = text_to_cstring(purpose);

	if (is_of_factors(name))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("purpose \"%s\" is for second factors alone", name)));
	auth_token_begin(token, purpose);
}

/* The arguments purpose, user_id and address, and data, of a new one. */
void
auth_token_new_arguments(AuthToken *token, FunctionCallInfo fcinfo, int data)
{
	begin(token, auth_argument_new_identifier(fcinfo, 0, "purpose"));
	token->user_id = auth_as_text(fcinfo->args[1]);
	if (!PG_ARGISNULL(2))
		token->address = auth_argument_new_identifier(fcinfo, 2, "address");
	if (!PG_ARGISNULL(data))
		token->data = auth_argument_object(fcinfo, data, "data");
	if (token->user_id != NULL)
		auth_token_require_user(token);
}

/* The argument purpose, of one that is to be used. */
void
auth_token_used_argument(AuthToken *token, FunctionCallInfo fcinfo)
{
	begin(token, auth_argument_text(fcinfo, 0, "purpose"));
}
