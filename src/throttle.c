/*
 * throttle.c
 *	  Counts of failed attempts, for administrators to see and to lift.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "address.h"
#include "argument.h"
#include "attempt.h"
#include "error.h"
#include "event.h"
#include "key_name.h"
#include "key_row.h"
#include "result.h"
#include "throttle_slot.h"

PG_FUNCTION_INFO_V1(auth_get_key_throttle);
PG_FUNCTION_INFO_V1(auth_get_address_throttle);
PG_FUNCTION_INFO_V1(auth_reset_key_throttle);
PG_FUNCTION_INFO_V1(auth_reset_address_throttle);
PG_FUNCTION_INFO_V1(auth_throttle_kept);

#define THROTTLE_COLUMNS 3

/* Failures, the time of the last, and when the next attempt is allowed. */
static Datum
throttle_result(FunctionCallInfo fcinfo, const pg_uuid_t *digest,
				const AuthThrottleRule *rule)
{
	TimestampTz now = GetCurrentTimestamp();
	Datum values[THROTTLE_COLUMNS];
	bool nulls[THROTTLE_COLUMNS] = {false};
	AuthThrottleCount count;
	TimestampTz retry;
	int64 wait;

	auth_throttle_look(digest, &count);
	auth_throttle_forget(&count, rule, now);
	wait = auth_throttle_wait(&count, rule, now);
	retry = wait == AUTH_THROTTLE_STOPPED ? DT_NOEND : now + wait;
	values[0] = Int32GetDatum(count.failures);
	values[1] = TimestampTzGetDatum(count.failed_at);
	nulls[1] = count.failures == 0;
	values[2] = TimestampTzGetDatum(retry);
	nulls[2] = wait == 0;
	return auth_result_row(fcinfo, values, nulls, THROTTLE_COLUMNS);
}

/*
 * auth_get_key_throttle(provider_id text, provider_user_id text,
 *						 OUT failures int, OUT failed_at timestamptz,
 *						 OUT retry_at timestamptz)
 *
 * The failed attempts in a row, also of keys that do not exist.  retry_at is
 * NULL when an attempt is allowed, and infinity when the key has been stopped.
 */
Datum
auth_get_key_throttle(PG_FUNCTION_ARGS)
{
	AuthThrottleRule rule = auth_attempt_rule();
	pg_uuid_t digest;
	AuthKeyId id;

	auth_key_id_arguments(&id, fcinfo, 0);
	auth_attempt_key_digest(&digest, &id);
	return throttle_result(fcinfo, &digest, &rule);
}

static void
address_argument(AuthAddress *address, FunctionCallInfo fcinfo)
{
	auth_argument_required(fcinfo, 0, "address");
	auth_address_argument(address, fcinfo, 0);
}

/*
 * auth_get_address_throttle(address inet, OUT failures int,
 *							 OUT failed_at timestamptz,
 *							 OUT retry_at timestamptz)
 *
 * The failed attempts of the address' network, as far as they are not
 * forgotten yet.
 */
Datum
auth_get_address_throttle(PG_FUNCTION_ARGS)
{
	AuthThrottleRule rule = auth_attempt_network_rule();
	AuthAddress address;
	pg_uuid_t digest;

	address_argument(&address, fcinfo);
	auth_attempt_network_digest(&digest, AUTH_DIGEST_ADDRESS, &address);
	return throttle_result(fcinfo, &digest, &rule);
}

/*
 * auth_reset_key_throttle(provider_id text, provider_user_id text) void
 *
 * And those of the key's user in changing the password.  A rollback does not
 * take it back.
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
		auth_event_record(&(AuthEvent){.event = AUTH_EVENT_THROTTLE_LIFTED,
									   .user_id = auth_key_user_id(&key),
									   .key = &id});
	}
	PG_RETURN_VOID();
}

/*
 * auth_reset_address_throttle(address inet) void
 *
 * A rollback does not take it back.
 */
Datum
auth_reset_address_throttle(PG_FUNCTION_ARGS)
{
	AuthAddress address;
	pg_uuid_t digest;

	PreventCommandIfReadOnly("auth_reset_address_throttle()");
	address_argument(&address, fcinfo);
	auth_attempt_network_digest(&digest, AUTH_DIGEST_ADDRESS, &address);
	auth_throttle_reset(&digest, PG_INT32_MAX);
	auth_event_record(
		&(AuthEvent){.event = AUTH_EVENT_THROTTLE_LIFTED, .address = &address});
	PG_RETURN_VOID();
}

/*
 * auth_throttle_kept() trigger
 *
 * Refuses to change or remove places of counts.  TRUNCATE is not refused, as
 * auth_setup() then makes them anew.
 */
Datum
auth_throttle_kept(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		auth_error_trigger_misused("auth_throttle_kept");
	auth_error_rows_kept("auth_throttle",
						 "Counts are lifted with auth_reset_key_throttle() "
						 "and auth_reset_address_throttle().");
	return PointerGetDatum(NULL);
}
