/*
 * own_key.c
 *	  The keys of one's own: the ways in which one signs in.
 *
 * A key of a provider lets in on its provider's word, and that the provider has
 * given it is known to whoever has checked its answer alone: a role that passes
 * on what strangers send could say whose key it likes.  So to add one is for a
 * back end that has, as is to sign in by one.  Addresses are added by message.
 *
 * The last way in is not deleted: the user's row is locked, so that of two who
 * delete a key each the second one sees what the first has left.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "account/own.h"
#include "call/result.h"
#include "call/status.h"
#include "secret/secret.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_way.h"

PG_FUNCTION_INFO_V1(auth_get_own_keys);
PG_FUNCTION_INFO_V1(auth_create_own_key);
PG_FUNCTION_INFO_V1(auth_delete_own_key);

/*
 * auth_get_own_keys(token text) SETOF auth_key_object
 *
 * The keys of the session's user, ordered by their ids.  No row: the token is
 * no living session's, or the user has no key.
 */
Datum
auth_get_own_keys(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;

	auth_secret_begin(&scope);
	auth_result_begin_set(fcinfo);
	if (auth_own_argument(&own, fcinfo))
		auth_key_add_all(fcinfo, own.user_id);
	auth_secret_end(&scope);
	return (Datum) 0;
}

static void
refuse_address(text *provider_id)
{
	if (auth_key_is_email_provider(provider_id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("names of provider \"%s\" are addresses, which have to "
						"be proven",
						text_to_cstring(provider_id)),
				 errhint("auth_request_own_email_change() adds one.")));
}

/*
 * auth_create_own_key(token text, provider_id text, provider_user_id text,
 *					   OUT status text, OUT retry_after interval)
 *
 * A key without a password, which is proven: the caller has checked whose it is.
 * status is ok; taken, when somebody has it; refused, when the session does not
 * live; or reauthenticate, when it is not fresh.  22023 for a provider whose
 * names are addresses.
 */
Datum
auth_create_own_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthNewKey key = {.verified = true};
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_own_key()");
	auth_key_new_id_arguments(&key.id, fcinfo, 1);
	refuse_address(key.id.provider_id);
	if (auth_own_begin(&own, fcinfo, status))
	{
		if (auth_key_create_free(&key, own.user_id, NULL))
			auth_status_ok(status);
		else
			auth_status_taken(status);
	}
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}

/* Delete the key of the user, who is locked, unless it is the last way in. */
static void delete (const AuthOwn *own, const AuthKeyId *id,
					NullableDatum *status)
{
	if (!auth_key_way_is_left(own->user_id, id))
		auth_status_last_key(status);
	else if (auth_key_delete(id, own->user_id))
		auth_status_ok(status);
	else
		auth_status_refused(status);
}

/*
 * auth_delete_own_key(token text, provider_id text, provider_user_id text,
 *					   OUT status text, OUT retry_after interval)
 *
 * Sessions stay.  status is ok; last_key, when the user could not sign in any
 * more; refused, when it is none of the user's keys or the session does not
 * live; or reauthenticate, when it is not fresh.
 */
Datum
auth_delete_own_key(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	AuthKeyId id;
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_delete_own_key()");
	auth_key_id_arguments(&id, fcinfo, 1);
	if (auth_own_begin(&own, fcinfo, status))
		delete (&own, &id, status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}
