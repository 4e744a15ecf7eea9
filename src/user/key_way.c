/*
 * key_way.c
 *	  Which keys are ways in.
 *
 * One comes in by a password; by the word of a provider, with a key that takes
 * none; or by what is sent to an address, which is the user's if it is proven or
 * nothing else is.  A name that has lost its password is no way in by itself.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "call/value.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/key_way.h"

static AuthStatement find_way = {
	.text =
		"WITH own AS (SELECT * FROM auth_key WHERE user_id = $1"
		" AND NOT (provider_id = $2 AND provider_user_id = $3))"
		" SELECT FROM own WHERE hashed_password IS NOT NULL"
		" OR NOT " AUTH_KEY_TAKES_PASSWORD(
			"$4") " OR provider_id = ANY ($4)"
				  " AND (verified_at IS NOT NULL OR NOT EXISTS (SELECT FROM own"
				  " WHERE verified_at IS NOT NULL)) LIMIT 1",
	AUTH_TYPES(TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID),
	.table = AUTH_KEY,
};

/* Whether the user, who is locked, has a way in without the key. */
bool
auth_key_way_is_left(text *user_id, const AuthKeyId *without)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_text(without->provider_id),
								 auth_text(without->provider_user_id),
								 auth_key_email_provider_array()};

	return auth_statement_row(&find_way, arguments, AccessShareLock, 0, NULL) >
		   0;
}
