/*
 * throttle.c
 *	  Counts of failed attempts, for administrators to see and to lift.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/ip.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "throttle/attempt.h"
#include "throttle/network.h"
#include "user/key_name.h"
#include "user/key_row.h"

PG_FUNCTION_INFO_V1(auth_get_key_throttle);
PG_FUNCTION_INFO_V1(auth_get_client_throttle);
PG_FUNCTION_INFO_V1(auth_reset_key_throttle);
PG_FUNCTION_INFO_V1(auth_reset_client_throttle);

#define THROTTLE_COLUMNS 4

/* What is known of an item's name now; how long an attempt has to wait. */
static int64
look(AuthCountItem *item, AuthThrottleCount *count, TimestampTz now)
{
	auth_count_look(item, count);
	auth_throttle_forget(count, &item->rule, now);
	return auth_throttle_wait(count, &item->rule, now);
}

/*
 * Failures of the first item and the time of the last; whether all allow an
 * attempt now, or when the next.
 */
static Datum
throttle_result(FunctionCallInfo fcinfo, AuthCountItem *items, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	NullableDatum values[THROTTLE_COLUMNS];
	AuthThrottleCount first;
	int64 wait = look(&items[0], &first, now);

	for (int i = 1; i < count; i++)
	{
		AuthThrottleCount other;

		wait = Max(wait, look(&items[i], &other, now));
	}
	values[0] = auth_int32(first.failures);
	values[1] = first.failures > 0 ? auth_time(first.failed_at) : auth_null();
	values[2] = auth_bool(wait > 0);
	values[3] = wait == 0 || wait == AUTH_THROTTLE_STOPPED ?
					auth_null() :
					auth_time(now + wait);
	return auth_result_row(fcinfo, values, THROTTLE_COLUMNS);
}

/*
 * auth_get_key_throttle(provider_id text, provider_user_id text,
 *						 OUT failures int, OUT failed_at timestamptz,
 *						 OUT throttled boolean, OUT retry_at timestamptz)
 *
 * The failed attempts in a row, also of keys that do not exist.  A key that is
 * throttled without a retry_at has been stopped until that is lifted.
 */
Datum
auth_get_key_throttle(PG_FUNCTION_ARGS)
{
	AuthCountItem item = {.kind = AUTH_COUNT_KEY, .rule = auth_attempt_rule()};
	pg_uuid_t digest;
	AuthKeyId id;

	auth_key_id_arguments(&id, fcinfo, 0);
	auth_attempt_key_digest(&digest, &id);
	item.name = auth_count_name(&digest);
	return throttle_result(fcinfo, &item, 1);
}

static void
ip_argument(AuthIp *ip, FunctionCallInfo fcinfo)
{
	auth_argument_required(fcinfo, 0, "client_address");
	auth_ip_argument(ip, fcinfo, 0);
}

/*
 * auth_get_client_throttle(client_address inet, OUT failures int,
 *							OUT failed_at timestamptz, OUT throttled boolean,
 *							OUT retry_at timestamptz)
 *
 * The failed attempts of the address' network, as far as they are not
 * forgotten yet.  retry_at heeds the site of an IPv6 address, too.
 */
Datum
auth_get_client_throttle(PG_FUNCTION_ARGS)
{
	AuthCountItem items[AUTH_NETWORK_ITEMS];
	AuthIp ip;

	ip_argument(&ip, fcinfo);
	return throttle_result(fcinfo,
						   items,
						   auth_network_items(items, AUTH_DIGEST_IP, &ip));
}

/*
 * auth_reset_key_throttle(provider_id text, provider_user_id text) void
 *
 * And those of the key's user in changing the password, and at the second
 * factor.  A rollback does not take it back.
 */
Datum
auth_reset_key_throttle(PG_FUNCTION_ARGS)
{
	AuthKeyId id;
	AuthKey key;

	PreventCommandIfReadOnly("auth_reset_key_throttle()");
	auth_key_id_arguments(&id, fcinfo, 0);
	auth_attempt_lift(&id);
	if (auth_key_read(&id, &key))
	{
		auth_attempt_lift_user(auth_key_user_id(&key));
		auth_attempt_lift_second_factor(auth_key_user_id(&key));
		auth_event_record(&(AuthEvent){.kind = "throttle_lifted",
									   .user_id = auth_key_user_id(&key),
									   .key = &id});
	}
	PG_RETURN_VOID();
}

/*
 * auth_reset_client_throttle(client_address inet) void
 *
 * Forgets what was counted for its network and its site, requests and sign-ups
 * too.  A rollback does not take it back.
 */
Datum
auth_reset_client_throttle(PG_FUNCTION_ARGS)
{
	AuthIp ip;

	PreventCommandIfReadOnly("auth_reset_client_throttle()");
	ip_argument(&ip, fcinfo);
	auth_network_forget(&ip);
	auth_event_record(&(AuthEvent){.kind = "throttle_lifted", .ip = &ip});
	PG_RETURN_VOID();
}
