/*
 * clock.c
 *	  What a time that was stored is worth.  Pure: no server is needed.
 *
 * Clocks are set.  When the clock was ahead, and is right again, what happened
 * meanwhile lies in the future: it is long past then, wherever it is compared
 * with now, or else it would delay, limit and stand in the way until that time
 * comes.  What is a little in the future is of now.
 *
 * When the clock is behind, everything lies in the future.  So nothing is
 * deleted for that alone.
 */
#include "server/clock.h"

#define DIFFERENCE (AUTH_CLOCKS_DIFFER * INT64_C(1000000))

/* Whether what has happened then lies in the future; in microseconds. */
bool
auth_clock_is_future(int64_t time, int64_t now)
{
	return now < INT64_MAX - DIFFERENCE && time > now + DIFFERENCE;
}
