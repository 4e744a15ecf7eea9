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
#include "secret/secret.h"
#include "user/notice.h"

PG_FUNCTION_INFO_V1(auth_create_recovery_codes);

#define COLUMNS (AUTH_STATUS_COLUMNS + 1)

/*
 * auth_create_recovery_codes(token text, OUT status text,
 *							  OUT retry_after interval,
 *							  OUT recovery_codes text[])
 *
 * Ten, which are shown nowhere else; those before are good no more.  status is
 * ok; refused, when the session does not live or its user has no second factor;
 * or reauthenticate, when it is not fresh.
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
	{
		if (own.asked)
		{
			values[AUTH_STATUS_COLUMNS] = auth_recovery_code_make(own.user_id);
			auth_notice_send(AUTH_NOTICE_FACTOR_ADDED, own.user_id);
			auth_status_ok(values);
		}
		else
			auth_status_refused(values);
	}
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, COLUMNS);
}
