/*
 * attempt.c
 *	  Attempts to sign in: whether one is allowed, and what follows from it.
 *
 * An attempt is counted as failed before the password is looked at, against
 * the key and against the networks of the IP address, and so against attempts at
 * the same time too.  Counts are no part of the transaction: an attempt whose
 * caller rolls back, is cancelled or dies has been made.  One that turns out
 * well takes its count back; of the networks it takes back no more than that,
 * or whoever has an account could guess at others between two sign-ins to it.
 *
 * Keys that do not exist are counted as those that do.
 *
 * Who keeps failing against somebody's key stops it for everybody, except at
 * the networks that its user has signed in from before: the key has a count
 * of its own at each of these ("familiar").
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "event/event.h"
#include "secret/digest.h"
#include "server/setting.h"
#include "throttle/attempt.h"
#include "throttle/network.h"
#include "user/key_row.h"
#include "user/spelling.h"
#include "user/user_row.h"

static int throttle_failures;
static int throttle_max_failures;

static const AuthIntSetting settings[] = {
	{"auth.throttle_failures",
	 "Failed attempts against a key from which on a delay follows.",
	 &throttle_failures,
	 5,
	 1,
	 100,
	 0},
	{"auth.throttle_max_failures",
	 "Failed attempts in a row after which a key takes no more until "
	 "that is lifted.",
	 &throttle_max_failures,
	 100,
	 1,
	 100,
	 0},
};

void
auth_attempt_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define USECS_PER_MSEC 1000

/* The rule for keys and users. */
AuthThrottleRule
auth_attempt_rule(void)
{
	return (AuthThrottleRule){
		.free = throttle_failures,
		.stop = throttle_max_failures,
		.delay = (int64) auth_throttle_delay * USECS_PER_MSEC,
		.max_delay = (int64) auth_throttle_max_delay * USECS_PER_SEC,
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
user_digest(pg_uuid_t *digest, AuthDigestKind kind, text *user_id)
{
	AuthDigestPart part =
		auth_spelling_digest(AUTH_USER, AUTH_USER_ID, user_id);

	auth_digest(digest, kind, &part, 1);
}

/* The networks, and the target at that of the client, if its IP is known. */
static void
add_networks(AuthAttempt *attempt, const AuthIp *ip)
{
	pg_uuid_t network;
	AuthDigestPart parts[] = {{attempt->target.data, UUID_LEN},
							  {network.data, UUID_LEN}};

	attempt->ip = ip;
	attempt->networks =
		auth_network_items(attempt->items + 1, AUTH_DIGEST_IP, ip);
	if (attempt->networks == 0)
		return;
	(void)
		auth_network_digest(&network, AUTH_DIGEST_IP, ip, AUTH_NETWORK_CLIENT);
	auth_digest(&attempt->familiar,
				AUTH_DIGEST_FAMILIAR,
				parts,
				lengthof(parts));
}

void
auth_attempt_on_key(AuthAttempt *attempt, const AuthKeyId *id, const AuthIp *ip)
{
	attempt->key = id;
	attempt->user_id = NULL;
	attempt->kind = AUTH_COUNT_KEY;
	auth_attempt_key_digest(&attempt->target, id);
	add_networks(attempt, ip);
}

static void
attempt_on(AuthAttempt *attempt, AuthDigestKind kind, text *user_id,
		   const AuthIp *ip)
{
	attempt->key = NULL;
	attempt->user_id = user_id;
	attempt->kind = AUTH_COUNT_USER;
	user_digest(&attempt->target, kind, user_id);
	add_networks(attempt, ip);
}

void
auth_attempt_on_user(AuthAttempt *attempt, text *user_id, const AuthIp *ip)
{
	attempt_on(attempt, AUTH_DIGEST_USER, user_id, ip);
}

/*
 * At the user's second factor, whichever and by whatever call: no password that
 * is right takes these back.
 */
void
auth_attempt_on_second_factor(AuthAttempt *attempt, text *user_id,
							  const AuthIp *ip)
{
	attempt_on(attempt, AUTH_DIGEST_SECOND_FACTOR, user_id, ip);
}

static bool
begin(AuthAttempt *attempt, AuthCountKind kind, const pg_uuid_t *digest)
{
	attempt->items[0] = (AuthCountItem){.kind = kind,
										.name = auth_count_name(digest),
										.rule = auth_attempt_rule()};
	attempt->made = false;
	attempt->wait = auth_count_add(attempt->items, 1 + attempt->networks);
	return attempt->wait == 0;
}

/*
 * Whether the user has signed in from the network before.  The same is asked
 * of a key that does not exist.
 */
static bool
is_familiar(const AuthAttempt *attempt)
{
	AuthKeyId id;
	AuthKey key;
	bool found;

	if (attempt->key == NULL)
		return auth_event_has_sign_in(attempt->user_id, attempt->ip);
	id = *attempt->key;
	found = auth_key_read(&id, &key);
	return auth_event_has_sign_in(found ? auth_key_user_id(&key) :
										  auth_nobody(),
								  attempt->ip) &&
		   found;
}

/*
 * Count the attempt, if it is allowed: of the target or, where others have
 * used that up, of the target at a network that its user knows.  If it is
 * not, "wait" says for how long, or AUTH_THROTTLE_STOPPED.
 */
bool
auth_attempt_begin(AuthAttempt *attempt)
{
	return begin(attempt, attempt->kind, &attempt->target) ||
		   (attempt->ip->given && is_familiar(attempt) &&
			begin(attempt, AUTH_COUNT_FAMILIAR, &attempt->familiar));
}

/*
 * Count the attempt for the networks alone: what is tried cannot be guessed, and
 * is let through when others have used up the target.
 */
bool
auth_attempt_begin_of_networks(AuthAttempt *attempt)
{
	attempt->items[0] = (AuthCountItem){.kind = attempt->kind};
	attempt->made = true;
	attempt->wait = attempt->networks == 0 ?
						0 :
						auth_count_add(attempt->items + 1, attempt->networks);
	return attempt->wait == 0;
}

/* Whether a failure of this attempt is the one that stops the key. */
bool
auth_attempt_has_stopped(const AuthAttempt *attempt)
{
	return attempt->items[0].counted.after.failures == throttle_max_failures;
}

static AuthCountItem
forget(AuthCountKind kind, const pg_uuid_t *digest, int32 below)
{
	return (AuthCountItem){.kind = kind,
						   .name = auth_count_name(digest),
						   .action = AUTH_COUNT_FORGET,
						   .below = below};
}

/*
 * The attempt was good.  Elsewhere a key that is stopped stays so, if it was
 * let in at a familiar network.
 */
void
auth_attempt_succeed(const AuthAttempt *attempt)
{
	bool familiar = attempt->items[0].kind == AUTH_COUNT_FAMILIAR;
	AuthCountItem items[AUTH_COUNT_MAX_ITEMS];
	int count = 0;

	items[count++] = forget(attempt->kind,
							&attempt->target,
							familiar ? throttle_max_failures : PG_INT32_MAX);
	if (attempt->networks > 0)
		items[count++] =
			forget(AUTH_COUNT_FAMILIAR, &attempt->familiar, PG_INT32_MAX);
	for (int i = 1; i <= attempt->networks; i++)
		items[count++] = attempt->items[i];
	auth_count_change(items, count);
}

/* Take the attempt back, unless the password has been looked at. */
void
auth_attempt_withdraw(AuthAttempt *attempt)
{
	if (attempt->made)
		return;
	auth_count_change(attempt->items, 1 + attempt->networks);
}

/*
 * Whether the error that is being handled is one for which an attempt is to be
 * taken back: counted, these would stop keys.
 */
bool
auth_attempt_is_fault_of_server(void)
{
	return geterrcode() == ERRCODE_CONFIG_FILE_ERROR ||
		   geterrcode() == ERRCODE_OUT_OF_MEMORY;
}

/*
 * Compare the password with the hash, which may be NULL.  An attempt that has
 * no turn is taken back, and so is one for which the server has no memory or no
 * pepper.  One that is cancelled counts, and so does one that compares with
 * several hashes and comes as far as the second.
 */
AuthPasswordAnswer
auth_attempt_compare(AuthAttempt *attempt, text *password, const char *hash)
{
	AuthPasswordAnswer answer;

	PG_TRY();
	{
		answer = auth_password_check(password, hash);
	}
	PG_CATCH();
	{
		if (auth_attempt_is_fault_of_server())
			auth_attempt_withdraw(attempt);
		PG_RE_THROW();
	}
	PG_END_TRY();
	if (answer == AUTH_PASSWORD_BUSY)
		auth_attempt_withdraw(attempt);
	else
		attempt->made = true;
	return answer;
}

/* Allow attempts on the key again. */
void
auth_attempt_lift(const AuthKeyId *id)
{
	pg_uuid_t digest;

	auth_attempt_key_digest(&digest, id);
	auth_count_forget(AUTH_COUNT_KEY, &digest);
}

void
auth_attempt_lift_user(text *user_id)
{
	pg_uuid_t digest;

	user_digest(&digest, AUTH_DIGEST_USER, user_id);
	auth_count_forget(AUTH_COUNT_USER, &digest);
}

void
auth_attempt_lift_second_factor(text *user_id)
{
	pg_uuid_t digest;

	user_digest(&digest, AUTH_DIGEST_SECOND_FACTOR, user_id);
	auth_count_forget(AUTH_COUNT_USER, &digest);
}
