/*
 * refresh_rule.c
 *	  What a refresh token is worth to its family.  Pure: no server is needed.
 *
 * The first half of a token is the same in all tokens of a family, and its
 * hash is all that finds the family.  So who comes with a first half that is
 * known has had a token of the family.  If the whole is none that is good now,
 * it was good once: every spent token is known as such, and none of their
 * hashes is kept.
 *
 * Only the last one spent is: its replay within the grace period, before one
 * that was given for it has been used, is what a lost answer or a second tab
 * looks like.  It is answered with another token, a sibling.  Of siblings one
 * can be used; then the others are spent, too, so that whoever got one by
 * replaying shows at the next use.
 */
#include <sodium.h>

#include "server/clock.h"
#include "session/refresh_rule.h"

bool
auth_refresh_has_shape(const char *token, size_t length)
{
	if (length != AUTH_REFRESH_LETTERS)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if (!((token[i] >= 'a' && token[i] <= 'z') ||
			  (token[i] >= '0' && token[i] <= '9')))
			return false;
	}
	return true;
}

bool
auth_refresh_is_same(const AuthRefreshHash *a, const AuthRefreshHash *b)
{
	return sodium_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static bool
is_good(const AuthRefreshState *state, const AuthRefreshHash *token)
{
	bool found = auth_refresh_is_same(&state->newest, token);

	for (int i = 0; i < state->nsiblings; i++)
		found = auth_refresh_is_same(&state->siblings[i], token) || found;
	return found;
}

static bool
is_in_grace(const AuthRefreshState *state, int64_t now, int64_t grace)
{
	return !auth_clock_is_future(state->rotated_at, now) &&
		   (now <= state->rotated_at || now - state->rotated_at < grace);
}

/*
 * Judge a token.  A predecessor that is repeated too often in its grace gets
 * nothing more, but that proves nothing either.
 */
AuthRefreshUse
auth_refresh_judge(const AuthRefreshState *state, const AuthRefreshHash *token,
				   int64_t now, int64_t grace)
{
	if (now > state->ends_at || now > state->expires_at)
		return AUTH_REFRESH_REFUSED;
	if (is_good(state, token))
		return AUTH_REFRESH_GOOD;
	if (!state->has_spent || !auth_refresh_is_same(&state->spent, token) ||
		!is_in_grace(state, now, grace))
		return AUTH_REFRESH_REPLAYED;
	return state->nsiblings < AUTH_REFRESH_SIBLINGS ? AUTH_REFRESH_REPEATED :
													  AUTH_REFRESH_REFUSED;
}
