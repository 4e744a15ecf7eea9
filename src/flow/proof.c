/*
 * proof.c
 *	  What a token that came back has proven.
 *
 * Who uses it reads what is sent to the key that it was asked for.  As long as
 * no key of a user is proven, anybody may have made the user under somebody's
 * address.  So the first proof ends all that was there before and lets in
 * without it: passwords, sessions with their refresh tokens, other addresses,
 * keys of other providers, tokens, and second factors.  It stays when the prover has a session of
 * the user as well, and so it was the same person who made it.
 *
 * What comes after the first proof is the prover's, and another proof ends
 * nothing.
 *
 * The first proof locks the user's row, so that there is one, and what ends is
 * all there is.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "call/error.h"
#include "call/value.h"
#include "factor/second_factor.h"
#include "flow/flow.h"
#include "flow/proof.h"
#include "secret/secret.h"
#include "session/session_end.h"
#include "session/session_live.h"
#include "token/token_end.h"
#include "user/key_name.h"
#include "user/key_proof.h"
#include "user/user_row.h"

/* The user of the living session whose token is the argument; or NULL. */
text *
auth_proof_session_argument(FunctionCallInfo fcinfo, int number)
{
	pg_uuid_t id;

	if (PG_ARGISNULL(number))
		return NULL;
	auth_secret_id_argument(fcinfo, number, &id);
	return auth_session_user_of(&id);
}

/* Whether the token was sent to the name of a key. */
static bool
is_of_address(const AuthToken *token)
{
	return token->provider_id != NULL &&
		   auth_key_is_email_provider(token->provider_id);
}

/* Whether no key of the token's user is proven, and this would be the first. */
bool
auth_proof_is_first(const AuthToken *token)
{
	return is_of_address(token) && !auth_key_proof_of_user(token->user_id);
}

/*
 * Lock the user's row or, without a need to, hold it.  False: the user is
 * gone.
 */
static bool
lock_user(const AuthToken *token, bool lock)
{
	Datum user_id = PointerGetDatum(token->user_id);

	if (lock)
		return auth_user_lock(user_id);
	auth_user_hold(user_id);
	return true;
}

/*
 * Use up the token that was found, if it still holds; "lock" if the caller
 * needs the user locked, whatever the token proves.  When a proof was taken
 * back meanwhile the user is only held, and the token is left for another try.
 */
bool
auth_proof_take(AuthProof *proof, bool lock)
{
	const AuthToken *token = &proof->token;
	bool locked = lock || auth_proof_is_first(token);

	if (!lock_user(token, locked) ||
		!auth_flow_still_holds(token, &proof->user))
		return false;
	proof->first = auth_proof_is_first(token);
	return (locked || !proof->first) && auth_token_consume(token);
}

/* Whether what was there before is not the prover's. */
static bool
ends_others(const AuthProof *proof)
{
	return proof->first &&
		   (proof->session_user == NULL ||
			!auth_user_same(proof->session_user, proof->token.user_id));
}

/*
 * Take away second factors: only who has chosen them could come in.  A trigger of
 * the application's, on what was taken away, can have disabled the user.
 */
static void
remove_factors(AuthProof *proof)
{
	text *user_id = proof->token.user_id;
	int64 apps;

	(void) auth_second_factor_remove(user_id, AUTH_KEY_FIRST_PROOF, &apps);
	if (!auth_user_find(&proof->user, user_id))
		auth_error_user_disabled(text_to_cstring(user_id));
}

/*
 * The key is proven; other keys that let in without a password are not, and no
 * more is asked of the prover.
 */
void
auth_proof_accept(AuthProof *proof)
{
	const AuthToken *token = &proof->token;
	AuthKeyId id = {token->provider_id, token->address};

	if (!is_of_address(token))
		return;
	if (ends_others(proof))
	{
		auth_key_proof_delete_others(token->user_id, &id);
		remove_factors(proof);
	}
	auth_key_proof_mark(token->user_id, &id, text_to_cstring(token->purpose));
}

/* End all else that gives access to the user: nobody has proven that it may. */
void
auth_proof_end_access(const AuthProof *proof)
{
	text *user_id = proof->token.user_id;

	if (!ends_others(proof))
		return;
	auth_key_proof_remove_passwords(user_id);
	auth_session_end_others(user_id, auth_null(), AUTH_KEY_FIRST_PROOF);
	auth_token_end(user_id);
}
