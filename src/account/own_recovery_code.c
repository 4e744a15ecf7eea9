/*
 * own_recovery_code.c
 *	  The recovery codes of one's own: a new set.
 *
 * Codes are for users with another second factor: alone they would be a password
 * that is used up.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/result.h"
#include "call/status.h"
#include "call/value.h"
#include "factor/recovery_code.h"
#include "flow/flow.h"
#include "secret/secret.h"
#include "user/notice.h"

PG_FUNCTION_INFO_V1(auth_create_recovery_codes);

#define COLUMNS (AUTH_STATUS_COLUMNS + 1)

/* Make those of the user, who is locked. */
static void
create(const AuthOwn *own, NullableDatum *values)
{
	int64 wait = own->asked ? auth_flow_count_change(own->user_id) : 0;

	if (!own->asked)
		auth_status_refused(values);
	else if (wait > 0)
		auth_status_throttled(values, wait);
	else
	{
		values[AUTH_STATUS_COLUMNS] = auth_recovery_code_make(own->user_id);
		auth_notice_send(AUTH_NOTICE_FACTOR_ADDED, own->user_id);
		auth_status_ok(values);
	}
}

/*
 * auth_create_recovery_codes(token text, OUT status text,
 *							  OUT retry_after interval,
 *							  OUT recovery_codes text[])
 *
 * Ten, which are shown nowhere else; those before are good no more.  status is
 * ok; refused, when the session does not live or its user has no second factor;
 * throttled, after too many changes of the user's factors; or reauthenticate,
 * when it is not fresh.
 */
Datum
auth_create_recovery_codes(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum values[COLUMNS];
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_recovery_codes()");
	values[AUTH_STATUS_COLUMNS] = auth_null();
	if (auth_own_begin(&own, fcinfo, values))
		create(&own, values);
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, COLUMNS);
}
