/*
 * challenge.c
 *	  Sign-ins that wait for a second factor.
 *
 * Who has proven the first one gets no session, but a one-time token, which is
 * of no use but with the second factor of the same user.  It is of a purpose of
 * its own, and no function that takes a session's token or another takes it.
 *
 * None replaces another: who knows a password, and no more than that, must not
 * keep its owner from finishing.
 *
 * Beside the attempts at the user's second factor, those with a challenge are
 * counted: before anything is compared, and past the transaction.  Whoever has an
 * account makes as many challenges as it likes, and must keep nobody else's from
 * being used: where there is no place for a count, an old one is forgotten, and
 * its challenge is good for some more of the attempts that its user has.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/value.h"
#include "factor/challenge.h"
#include "outbox/token_good.h"
#include "server/setting.h"
#include "table/statement.h"
#include "throttle/count.h"
#include "token/token_purpose.h"

/* Attempts with a challenge after which it is dead. */
#define ATTEMPTS 5

static int second_factor_lifetime; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.second_factor_lifetime",
	 "Time for which a sign-in waits for a second factor.",
	 &second_factor_lifetime,
	 5 * 60,
	 1,
	 60 * 60,
	 GUC_UNIT_S},
};

void
auth_challenge_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

static AuthStatement lock_challenge = {
	.text = "SELECT t.data FROM auth_token t WHERE t.id = $1"
			" AND t.purpose = '" AUTH_TOKEN_SECOND_FACTOR "'::text"
			" AND t.user_id = $2 AND t.code_hash IS NULL AND t.expires_at >= $3"
			" AND t.data IS NOT NULL AND " AUTH_TOKEN_IS_PAST
			" AND " AUTH_TOKEN_IS_OF_USER " FOR UPDATE OF t",
	AUTH_TYPES(UUIDOID, TEXTOID, TIMESTAMPTZOID),
	.results = (Oid[]){JSONBOID},
	.table = AUTH_TOKEN,
};

static AuthStatement delete_challenge = {
	.text = "DELETE FROM auth_token WHERE id = $1",
	AUTH_TYPES(UUIDOID),
	.table = AUTH_TOKEN,
};

/*
 * Make a challenge for the user, who is held, and has proven the first factor by
 * the key, if it is not NULL; what is to be known at the end is in the data.
 */
text *
auth_challenge_make(text *user_id, const AuthKeyId *key, Jsonb *data)
{
	AuthToken token;

	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_SECOND_FACTOR));
	auth_token_expire(&token, NULL, second_factor_lifetime);
	token.user_id = user_id;
	token.provider_id = key != NULL ? key->provider_id : NULL;
	token.address = key != NULL ? key->provider_user_id : NULL;
	token.data = data;
	auth_token_issue(&token, false);
	return token.secret;
}

/*
 * Look for the living challenge.  False: there is none, and if the token has a
 * user all the same, it has expired.
 */
bool
auth_challenge_find(AuthToken *challenge, text *secret)
{
	return auth_token_find(challenge, AUTH_TOKEN_SECOND_FACTOR, secret) &&
		   challenge->user_id != NULL;
}

/*
 * Count an attempt with the challenge; false: it is dead.  A right one takes
 * nothing back, as nothing is left of the challenge then.
 */
bool
auth_challenge_count(const AuthToken *challenge)
{
	AuthCountItem attempt = {
		.kind = AUTH_COUNT_CHALLENGE,
		.name = auth_count_name(&challenge->id),
		.rule = {.free = 1, .stop = ATTEMPTS},
	};

	return auth_count_add(&attempt, 1) == 0;
}

/*
 * Lock the challenge, if it lives on, and get its data; its user is held.  Of two
 * who come with it the second waits until the first has used it up, and finds
 * none (in REPEATABLE READ it fails, 40001), or has not.
 */
bool
auth_challenge_lock(AuthToken *challenge)
{
	NullableDatum arguments[] = {auth_uuid(&challenge->id),
								 auth_text(challenge->user_id),
								 auth_time(GetCurrentTimestamp())};
	NullableDatum data;

	if (auth_statement_row(&lock_challenge,
						   arguments,
						   RowExclusiveLock,
						   1,
						   &data) == 0)
		return false;
	challenge->data = auth_as_jsonb(data);
	return true;
}

/* Use up the challenge, which is locked. */
void
auth_challenge_end(const AuthToken *challenge)
{
	NullableDatum argument = auth_uuid(&challenge->id);

	if (auth_statement_execute(&delete_challenge, &argument) == 0)
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOKEN));
}
