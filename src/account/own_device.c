/*
 * own_device.c
 *	  The devices of one's own on which no second factor is asked for.
 *
 * Forgetting them takes no proof but a token, as ending sessions does: it takes
 * away, and gives nothing.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "factor/device.h"
#include "secret/secret.h"

PG_FUNCTION_INFO_V1(auth_forget_own_devices);

/*
 * auth_forget_own_devices(token text) bigint
 *
 * The number of devices that were remembered; 0 as well when the session does
 * not live.  Waits for whoever is signing in.  Sessions stay.
 */
Datum
auth_forget_own_devices(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;
	uint64 count = 0;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_forget_own_devices()");
	if (auth_own_argument(&own, fcinfo) && auth_own_lock(&own))
		count = auth_device_end(own.user_id);
	auth_secret_end(&scope);
	PG_RETURN_INT64((int64) count);
}
