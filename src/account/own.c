/*
 * own.c
 *	  Whose account a token is for.
 *
 * The functions of this room take the token of a session first, and nothing
 * that names a user: what they read and change is that session's user's.  NULL
 * and whatever is no living session's token have one answer.
 *
 * Who changes something holds or locks the user's row, as whoever ends its
 * sessions does, and then looks at the session again: one that has been ended
 * meanwhile changes nothing any more.
 *
 * What changes how one comes in asks for a fresh session: a token alone may have
 * been copied, or left behind in a browser.  Where the user has a second factor
 * a session of level 2 is asked for, or whoever has the password would take over
 * what that is to guard.
 */
#include "postgres.h"

#include "account/own.h"
#include "call/status.h"
#include "identity/identity.h"
#include "secret/secret.h"
#include "session/level.h"
#include "session/session_fresh.h"
#include "session/session_renew.h"
#include "user/user_row.h"

/* Look at the session; false: it does not live. */
static bool
look(AuthOwn *own)
{
	AuthLiveSession live;

	if (!auth_session_open(&live, &own->session))
		return false;
	own->user_id = auth_session_user(&live);
	own->methods = auth_session_methods(&live);
	own->asked = auth_second_factor_is_asked(&live.user);
	own->fresh = auth_session_is_fresh(&live) &&
				 (!own->asked || auth_level(own->methods) == 2);
	auth_session_close(&live);
	return true;
}

/* The argument token, the first one; false: it is no living session's. */
bool
auth_own_argument(AuthOwn *own, FunctionCallInfo fcinfo)
{
	auth_secret_id_argument(fcinfo, 0, &own->session);
	return look(own);
}

/* Whether the session lives on, as that user's. */
static bool
lives_on(AuthOwn *own)
{
	text *user_id = own->user_id;

	return look(own) && auth_user_same(own->user_id, user_id);
}

/* Hold the user against deletion and a new password; false: too late. */
bool
auth_own_hold(AuthOwn *own)
{
	auth_user_hold(PointerGetDatum(own->user_id));
	return lives_on(own);
}

/* Lock the user against all else that locks or holds it; false: too late. */
bool
auth_own_lock(AuthOwn *own)
{
	return auth_user_lock(PointerGetDatum(own->user_id)) && lives_on(own);
}

/* False, unless the session lives and is proven: the status says what to answer. */
static bool
is_let(bool lives, bool proven, NullableDatum *status)
{
	if (!lives)
		auth_status_refused(status);
	else if (!proven)
		auth_status_reauthenticate(status);
	return lives && proven;
}

/*
 * The argument token, of a session that is fresh.  False: the status says what
 * to answer.
 */
bool
auth_own_fresh_argument(AuthOwn *own, FunctionCallInfo fcinfo,
						NullableDatum *status)
{
	bool lives = auth_own_argument(own, fcinfo);

	return is_let(lives, lives && own->fresh, status);
}

/* Whether a password of its user's, beside the session, is proof enough. */
bool
auth_own_is_proven(const AuthOwn *own)
{
	return own->fresh || !own->asked;
}

/* The argument token, of a session beside which a password is proof enough. */
bool
auth_own_proven_argument(AuthOwn *own, FunctionCallInfo fcinfo,
						 NullableDatum *status)
{
	bool lives = auth_own_argument(own, fcinfo);

	return is_let(lives, lives && auth_own_is_proven(own), status);
}

/* Lock the user of a session that is fresh, and still is when that is done. */
bool
auth_own_lock_fresh(AuthOwn *own, NullableDatum *status)
{
	bool lives = auth_own_lock(own);

	return is_let(lives, lives && own->fresh, status);
}

/* The same as the argument of a fresh session, with its user locked. */
bool
auth_own_begin(AuthOwn *own, FunctionCallInfo fcinfo, NullableDatum *status)
{
	return auth_own_fresh_argument(own, fcinfo, status) &&
		   auth_own_lock_fresh(own, status);
}

/*
 * Renew the session, whose user is locked, after a proof or without methods that
 * are lost (auth_session_renew): its new token, or NULL.  Whoever acts by it in
 * this transaction acts by what it is now.
 */
text *
auth_own_renew(AuthOwn *own, int32 proof, int32 lost)
{
	pg_uuid_t renewed;
	text *token = auth_session_renew(&own->session, proof, lost, &renewed);

	if (token == NULL)
		return NULL;
	auth_identity_follow(&own->session, &renewed);
	own->session = renewed;
	return token;
}
