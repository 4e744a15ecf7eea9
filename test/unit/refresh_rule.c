/*
 * refresh_rule.c
 *	  Tests of what a refresh token is worth to its family.
 */
#include "session/refresh_rule.h"
#include "unit.h"

#define GRACE INT64_C(10000000)
#define ROTATED INT64_C(1000000000)
#define LATER (ROTATED + GRACE)

static AuthRefreshHash
hash(unsigned char number)
{
	return (AuthRefreshHash){{[0] = 1, [15] = number}};
}

/* Token 1 was used, and 2, then 3 given for it; 0 was used before. */
static AuthRefreshState
family(void)
{
	return (AuthRefreshState){.newest = hash(3),
							  .siblings = {hash(2)},
							  .nsiblings = 1,
							  .has_spent = true,
							  .spent = hash(1),
							  .rotated_at = ROTATED,
							  .expires_at = 10 * ROTATED,
							  .ends_at = INT64_MAX};
}

static AuthRefreshUse
judge(const AuthRefreshState *state, unsigned char number, int64_t now)
{
	AuthRefreshHash token = hash(number);

	return auth_refresh_judge(state, &token, now, GRACE);
}

static void
the_newest_and_its_siblings_are_good(void)
{
	AuthRefreshState state = family();

	CHECK(judge(&state, 3, ROTATED) == AUTH_REFRESH_GOOD);
	CHECK(judge(&state, 2, ROTATED) == AUTH_REFRESH_GOOD);
	CHECK(judge(&state, 3, LATER) == AUTH_REFRESH_GOOD);
	CHECK(judge(&state, 2, LATER) == AUTH_REFRESH_GOOD);
	state.nsiblings = 0;
	CHECK(judge(&state, 2, ROTATED) == AUTH_REFRESH_REPLAYED);
}

static void
the_predecessor_has_its_grace(void)
{
	AuthRefreshState state = family();

	CHECK(judge(&state, 1, ROTATED - GRACE) == AUTH_REFRESH_REPEATED);
	CHECK(judge(&state, 1, ROTATED - 60 * 1000000) == AUTH_REFRESH_REPEATED);
	CHECK(judge(&state, 1, ROTATED - 61 * 1000000) == AUTH_REFRESH_REPLAYED);
	CHECK(judge(&state, 1, ROTATED) == AUTH_REFRESH_REPEATED);
	CHECK(judge(&state, 1, LATER - 1) == AUTH_REFRESH_REPEATED);
	CHECK(judge(&state, 1, LATER) == AUTH_REFRESH_REPLAYED);
	state.nsiblings = AUTH_REFRESH_SIBLINGS;
	CHECK(judge(&state, 1, ROTATED) == AUTH_REFRESH_REFUSED);
	CHECK(judge(&state, 1, LATER) == AUTH_REFRESH_REPLAYED);
}

static void
what_is_not_known_is_a_replay(void)
{
	AuthRefreshState state = family();

	CHECK(judge(&state, 0, ROTATED) == AUTH_REFRESH_REPLAYED);
	CHECK(judge(&state, 9, LATER) == AUTH_REFRESH_REPLAYED);
	state.has_spent = false;
	CHECK(judge(&state, 1, ROTATED) == AUTH_REFRESH_REPLAYED);
}

static void
the_dead_are_refused(void)
{
	AuthRefreshState state = family();

	CHECK(judge(&state, 3, 10 * ROTATED) == AUTH_REFRESH_GOOD);
	CHECK(judge(&state, 3, 10 * ROTATED + 1) == AUTH_REFRESH_REFUSED);
	CHECK(judge(&state, 0, 10 * ROTATED + 1) == AUTH_REFRESH_REFUSED);
	state.ends_at = ROTATED;
	CHECK(judge(&state, 3, ROTATED) == AUTH_REFRESH_GOOD);
	CHECK(judge(&state, 3, ROTATED + 1) == AUTH_REFRESH_REFUSED);
	CHECK(judge(&state, 0, ROTATED + 1) == AUTH_REFRESH_REFUSED);
}

static void
tokens_have_one_shape(void)
{
	static const char token[] =
		"az09az09az09az09az09az09az09az09az09az09az09az09";
	char other[sizeof(token) + 1];

	CHECK(auth_refresh_has_shape(token, 48));
	CHECK(!auth_refresh_has_shape(token, 47));
	CHECK(!auth_refresh_has_shape(token, 0));
	for (int i = 1; i < 256; i++)
	{
		bool letter = (i >= 'a' && i <= 'z') || (i >= '0' && i <= '9');

		for (int at = 0; at < 48; at += 47)
		{
			for (int j = 0; j < 48; j++)
				other[j] = token[j];
			other[at] = (char) i;
			CHECK(auth_refresh_has_shape(other, 48) == letter);
		}
	}
	CHECK(!auth_refresh_has_shape(other, 49));
}

void
test_refresh_rule(void)
{
	the_newest_and_its_siblings_are_good();
	the_predecessor_has_its_grace();
	what_is_not_known_is_a_replay();
	the_dead_are_refused();
	tokens_have_one_shape();
}
