/*
 * token_purpose.c
 *	  The purposes of tokens that are known here, and what they are to us.
 *
 * Tokens of second factors are made and used by functions of their own, and by no
 * others: one that a back end made itself would stand beside those that their
 * user knows of, and one that it used would be gone with nobody told.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "token/token_purpose.h"

static const char *const of_factors[] = {
	AUTH_TOKEN_DEVICE,
	AUTH_TOKEN_RECOVERY,
	AUTH_TOKEN_SECOND_FACTOR,
};

/* Whether the purpose is one of these. */
bool
auth_token_purpose_is(text *purpose, const char *const *purposes, int count)
{
	const char *name = text_to_cstring(purpose);

	for (int i = 0; i < count; i++)
	{
		if (strcmp(name, purposes[i]) == 0)
			return true;
	}
	return false;
}

/* A purpose whose tokens a back end makes and uses, or 22023. */
text *
auth_token_purpose_check(text *purpose)
{
	if (auth_token_purpose_is(purpose, of_factors, lengthof(of_factors)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("purpose \"%s\" is for second factors alone",
						text_to_cstring(purpose))));
	return purpose;
}
