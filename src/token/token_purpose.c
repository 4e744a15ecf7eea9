/*
 * token_purpose.c
 *	  The purposes of tokens, and which of them give access to their user.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "call/value.h"
#include "token/token_purpose.h"

/* By these whoever knew the old password could come in. */
static const char *const of_access[] = {
	AUTH_TOKEN_DEVICE,
	AUTH_TOKEN_EMAIL_CHANGE,
	AUTH_TOKEN_PASSWORD_RESET,
	AUTH_TOKEN_SECOND_FACTOR,
	AUTH_TOKEN_SIGN_IN,
};

/* Whether a change of the user's password ends tokens of the purpose. */
bool
auth_token_purpose_gives_access(text *purpose)
{
	const char *name = text_to_cstring(purpose);

	for (int i = 0; i < lengthof(of_access); i++)
	{
		if (strcmp(name, of_access[i]) == 0)
			return true;
	}
	return false;
}

/* The purposes whose tokens that ends, as text[]. */
NullableDatum
auth_token_purposes_of_access(void)
{
	Datum values[lengthof(of_access)];

	for (int i = 0; i < lengthof(of_access); i++)
		values[i] = CStringGetTextDatum(of_access[i]);
	return auth_text_array(values, lengthof(of_access));
}
