/*
 * clock.h
 *	  What a time that was stored is worth.  Pure: no server is needed.
 */
#ifndef AUTH_CLOCK_H
#define AUTH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds by which clocks of a primary and its standby differ. */
#define AUTH_CLOCKS_DIFFER 60

#define AUTH_CLOCK_QUOTE(number) "'" #number "'"
#define AUTH_CLOCK_SECONDS(number) AUTH_CLOCK_QUOTE(number) "::interval"

/* For statements: what happened after this is in the future. */
#define AUTH_CLOCK_LATEST \
	"(clock_timestamp() + " AUTH_CLOCK_SECONDS(AUTH_CLOCKS_DIFFER) ")"

extern bool auth_clock_is_future(int64_t time, int64_t now);

#endif /* AUTH_CLOCK_H */
