/*
 * attempt.c
 *	  Attempts to sign in: whether one is allowed, and what follows from it.
 *
 * An attempt is counted as failed before the password is looked at, against
 * the key and against the address, and so against attempts at the same time
 * too.  Counts are no part of the transaction: an attempt whose caller rolls
 * back, is cancelled or dies has been made.  One that turns out well takes its
 * count back; of the address it takes back no more than that, or whoever has
 * an account could guess at others between two sign-ins to it.
 *
 * Keys that do not exist are counted as those that do.
 *
 * Who keeps failing against somebody's key stops it for everybody, except at
 * the networks that its user has signed in from before: the key has a count
 * of its own at each of these ("familiar").
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "attempt.h"
#include "digest.h"
#include "settings.h"
#include "spelling.h"
#include "throttle_slot.h"

#define USECS_PER_MSEC 1000
#define MSECS_PER_SEC 1000

/* The rule for keys and users. */
AuthThrottleRule
auth_attempt_rule(void)
{
	return (AuthThrottleRule){
		.free = auth_throttle_failures,
		.stop = auth_throttle_max_failures,
		.delay = (int64) auth_throttle_delay * USECS_PER_MSEC,
		.max_delay = (int64) auth_throttle_max_delay * USECS_PER_SEC,
	};
}

/* The rule for addresses. */
AuthThrottleRule
auth_attempt_network_rule(void)
{
	return (AuthThrottleRule){
		.free = auth_throttle_address_failures,
		.delay = (int64) auth_throttle_delay * USECS_PER_MSEC,
		.max_delay = (int64) auth_throttle_max_delay * USECS_PER_SEC,
		.forget = (int64) auth_throttle_address_forget * MSECS_PER_SEC,
	};
}

void
auth_attempt_key_digest(pg_uuid_t *digest, const AuthKeyId *id)
{
	AuthDigestPart parts[] = {
		auth_spelling_digest(AUTH_KEY, AUTH_KEY_PROVIDER_ID, id->provider_id),
		auth_spelling_digest(AUTH_KEY,
							 AUTH_KEY_PROVIDER_USER_ID,
							 id->provider_user_id),
	};

	auth_digest(digest, AUTH_DIGEST_KEY, parts, lengthof(parts));
}

static void
user_digest(pg_uuid_t *digest, text *user_id)
{
	AuthDigestPart part =
		auth_spelling_digest(AUTH_USER, AUTH_USER_ID, user_id);

	auth_digest(digest, AUTH_DIGEST_USER, &part, 1);
}

void
auth_attempt_network_digest(pg_uuid_t *digest, AuthDigestKind kind,
							const AuthAddress *address)
{
	unsigned char bytes[AUTH_ADDRESS_BYTES];
	AuthDigestPart part = {bytes, auth_address_network(address, bytes)};

	auth_digest(digest, kind, &part, 1);
}

static void
add_address(AuthAttempt *attempt, const AuthAddress *address)
{
	AuthDigestPart parts[] = {{attempt->target.data, UUID_LEN},
							  {attempt->network.data, UUID_LEN}};

	attempt->has_address = address->given;
	if (!address->given)
		return;
	auth_attempt_network_digest(&attempt->network,
								AUTH_DIGEST_ADDRESS,
								address);
	auth_digest(&attempt->familiar,
				AUTH_DIGEST_FAMILIAR,
				parts,
				lengthof(parts));
}

void
auth_attempt_on_key(AuthAttempt *attempt, const AuthKeyId *id,
					const AuthAddress *address)
{
	auth_attempt_key_digest(&attempt->target, id);
	add_address(attempt, address);
}

void
auth_attempt_on_user(AuthAttempt *attempt, text *user_id,
					 const AuthAddress *address)
{
	user_digest(&attempt->target, user_id);
	add_address(attempt, address);
}

static bool
count_network(AuthAttempt *attempt)
{
	AuthThrottleRule rule = auth_attempt_network_rule();

	if (!attempt->has_address)
		return true;
	attempt->wait = auth_throttle_count(&attempt->network,
										&rule,
										&attempt->network_counted);
	return attempt->wait == 0;
}

static void
uncount_network(const AuthAttempt *attempt)
{
	if (attempt->has_address)
		auth_throttle_uncount(&attempt->network, &attempt->network_counted);
}

static bool
begin(AuthAttempt *attempt, const pg_uuid_t *counter)
{
	AuthThrottleRule rule = auth_attempt_rule();

	attempt->counter = counter;
	if (!count_network(attempt))
		return false;
	attempt->wait = auth_throttle_count(counter, &rule, &attempt->counted);
	if (attempt->wait == 0)
		return true;
	uncount_network(attempt);
	return false;
}

/*
 * Count the attempt, if it is allowed; if not, "wait" says for how long, or
 * AUTH_THROTTLE_STOPPED.
 */
bool
auth_attempt_begin(AuthAttempt *attempt)
{
	return begin(attempt, &attempt->target);
}

/* The same at a network that the user has signed in from before. */
bool
auth_attempt_begin_familiar(AuthAttempt *attempt)
{
	return begin(attempt, &attempt->familiar);
}

/* Whether a failure of this attempt is the one that stops the key. */
bool
auth_attempt_has_stopped(const AuthAttempt *attempt)
{
	return attempt->counted.after.failures == auth_throttle_max_failures;
}

/*
 * The attempt was good.  Elsewhere a key that is stopped stays so, if it was
 * let in at a familiar network.
 */
void
auth_attempt_succeed(const AuthAttempt *attempt)
{
	bool familiar = attempt->counter == &attempt->familiar;

	auth_throttle_reset(&attempt->target,
						familiar ? auth_throttle_max_failures : PG_INT32_MAX);
	if (attempt->has_address)
		auth_throttle_reset(&attempt->familiar, PG_INT32_MAX);
	uncount_network(attempt);
}

/* The attempt was not made: nobody has looked at the password. */
static void
withdraw(const AuthAttempt *attempt)
{
	auth_throttle_uncount(attempt->counter, &attempt->counted);
	uncount_network(attempt);
}

static bool
is_fault_of_server(void)
{
	return geterrcode() == ERRCODE_CONFIG_FILE_ERROR ||
		   geterrcode() == ERRCODE_OUT_OF_MEMORY;
}

/*
 * Compare the password with the hash, which may be NULL.  An attempt that has
 * no turn is not made, nor one for which the server has no memory or no
 * pepper: or else that would stop keys.  One that is cancelled is.
 */
AuthPasswordAnswer
auth_attempt_compare(const AuthAttempt *attempt, text *password,
					 const char *hash)
{
	AuthPasswordAnswer answer;

	PG_TRY();
	{
		answer = auth_password_check(password, hash);
	}
	PG_CATCH();
	{
		if (is_fault_of_server())
			withdraw(attempt);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (answer == AUTH_PASSWORD_BUSY)
		withdraw(attempt);
	return answer;
}

/* Allow attempts on the key again. */
void
auth_attempt_lift(const AuthKeyId *id)
{
	pg_uuid_t digest;

	auth_attempt_key_digest(&digest, id);
	auth_throttle_reset(&digest, PG_INT32_MAX);
}

void
auth_attempt_lift_user(text *user_id)
{
	pg_uuid_t digest;

	user_digest(&digest, user_id);
	auth_throttle_reset(&digest, PG_INT32_MAX);
}
