/*
 * device.c
 *	  Devices that are remembered: on them no second factor is asked for.
 *
 * A device is the row of a token that is in its keeping.  Each sign-in takes
 * that token and gives it another, by which the row has a new id and keeps all
 * else: the time for which the device is remembered is counted from when its
 * user has shown a second factor, however often it is used.  Of two sign-ins at
 * a time one has the row, and the other is asked for the second factor.
 *
 * A token is no factor, as it is copied as easily as that of a session is: the
 * sessions that it opens are of level 1.
 *
 * Whoever remembers or uses a device holds the user, and whoever ends them has
 * locked it.
 */
#include "postgres.h"

#include <limits.h>

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/period.h"
#include "call/value.h"
#include "event/event.h"
#include "factor/device.h"
#include "outbox/token_good.h"
#include "secret/secret.h"
#include "server/setting.h"
#include "table/statement.h"
#include "token/token.h"
#include "token/token_end.h"
#include "token/token_purpose.h"

#define MAX_DEVICES 10

static int device_lifetime; /* seconds */

static const AuthIntSetting settings[] = {
	{"auth.device_lifetime",
	 "Time for which a device is remembered, at most; 0: none is.",
	 &device_lifetime,
	 30 * 24 * 60 * 60,
	 0,
	 INT_MAX,
	 GUC_UNIT_S},
};

void
auth_device_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define DEVICE "'" AUTH_TOKEN_DEVICE "'::text"

static AuthStatement renew_device = {
	.text = "UPDATE auth_token t SET id = $2"
			" WHERE t.id = $1 AND t.purpose = " DEVICE " AND t.user_id = $3"
			" AND t.code_hash IS NULL AND t.expires_at >= $4"
			" AND t.created_at >= $5"
			" AND " AUTH_TOKEN_IS_PAST " AND " AUTH_TOKEN_IS_OF_USER,
	AUTH_TYPES(UUIDOID, UUIDOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID),
	.table = AUTH_TOKEN,
};

/*
 * Those before the newest ones.  What somebody has locked is in use, and nobody
 * waits for it to be forgotten.
 */
static AuthStatement forget_oldest = {
	.text = "DELETE FROM auth_token WHERE id = ANY (ARRAY(SELECT a.id"
			" FROM auth_token a WHERE a.id = ANY (ARRAY(SELECT o.id"
			" FROM auth_token o WHERE o.user_id = $1 AND o.purpose = " DEVICE
			" AND o.expires_at >= $2"
			" ORDER BY o.created_at DESC, o.id DESC OFFSET $3))"
			" ORDER BY a.created_at DESC, a.id DESC"
			" FOR UPDATE OF a SKIP LOCKED))",
	AUTH_TYPES(TEXTOID, TIMESTAMPTZOID, INT8OID),
	.table = AUTH_TOKEN,
};

/* How long ago a device can have been remembered, in microseconds. */
static int64
lifetime(void)
{
	return (int64) device_lifetime * USECS_PER_SEC;
}

/* Make room for one more device of the user. */
static void
make_room(text *user_id, TimestampTz now)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_time(now),
								 auth_int64(MAX_DEVICES - 1)};

	(void) auth_statement_execute(&forget_oldest, arguments);
}

/*
 * Remember a device of the user for so long, or as long as the setting allows:
 * its token, or NULL if that is no time at all.
 */
text *
auth_device_remember(text *user_id, Interval *period)
{
	AuthToken token;
	TimestampTz wanted;

	auth_token_begin(&token, cstring_to_text(AUTH_TOKEN_DEVICE));
	token.user_id = user_id;
	wanted = auth_period_later(token.created_at, period, 0);
	token.expires_at = Min(wanted, token.created_at + lifetime());
	if (token.expires_at <= token.created_at)
		return NULL;
	make_room(user_id, token.created_at);
	token.secret = auth_secret_token();
	auth_secret_id(token.secret, &token.id);
	auth_token_insert(&token, NULL, NULL);
	auth_event_record(
		&(AuthEvent){.kind = "device_remembered", .user_id = user_id});
	return token.secret;
}

static bool
renew(text *user_id, const pg_uuid_t *id, const pg_uuid_t *next_id)
{
	TimestampTz now = GetCurrentTimestamp();
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_uuid(next_id),
								 auth_text(user_id),
								 auth_time(now),
								 auth_time(now - lifetime())};

	return auth_statement_execute(&renew_device, arguments) > 0;
}

/* Use up the token, if it is that of a device of the user, which gets the next. */
bool
auth_device_use(text *user_id, text *token, text **next)
{
	text *secret = auth_secret_token();
	pg_uuid_t id;
	pg_uuid_t next_id;

	auth_secret_id(token, &id);
	auth_secret_id(secret, &next_id);
	if (device_lifetime == 0 || !renew(user_id, &id, &next_id))
		return false;
	*next = secret;
	return true;
}

/* Forget all devices of the user; their number. */
uint64
auth_device_end(text *user_id)
{
	uint64 count = auth_token_end_purpose(user_id, AUTH_TOKEN_DEVICE);

	if (count > 0)
		auth_event_record(&(AuthEvent){.kind = "device_forgotten",
									   .user_id = user_id,
									   .count = count});
	return count;
}
