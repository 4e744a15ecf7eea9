/*
 * sign_up.c
 *	  Signing up: a user, its key and its session at once, by whoever comes.
 *
 * The answer does not tell whether the key exists: when it does, everything
 * is made all the same, except the key, and then undone.  What is returned is
 * a token without a session, and looks and costs like one with it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "call/argument.h"
#include "call/error.h"
#include "event/event.h"
#include "secret/secret.h"
#include "server/subtransaction.h"
#include "session/session.h"
#include "session/session_live.h"
#include "sign_in/client.h"
#include "throttle/network.h"
#include "user/key.h"
#include "user/key_name.h"
#include "user/key_row.h"
#include "user/user.h"

PG_FUNCTION_INFO_V1(auth_sign_up);

typedef struct SignUp
{
	FunctionCallInfo fcinfo;
	AuthNewKey key;
	Jsonb *attributes;
	Jsonb *session_attributes;
	AuthPeriods periods;
	AuthIp ip;
	text *user_id;
	pg_uuid_t session;
	Datum result;
} SignUp;

/* Make the user and the session, and the key if it is free. */
static bool
make_all(void *argument)
{
	SignUp *up = argument;
	bool is_free;
	text *token;

	up->user_id = auth_user_insert(up->attributes, NULL);
	is_free = auth_key_insert_free(&up->key, up->user_id);
	token = auth_session_start(up->user_id,
							   up->session_attributes,
							   &up->periods,
							   &up->session);
	up->result = auth_session_result(up->fcinfo, &up->session, token);
	return is_free;
}

/* Whether the error was raised before a hash was computed. */
static bool
is_before_hash(void)
{
	return geterrcode() == ERRCODE_AUTH_WEAK_PASSWORD ||
		   geterrcode() == ERRCODE_AUTH_THROTTLED;
}

/*
 * Hash the password, if there were not too many sign-ups from the address.  One
 * with a password that is not acceptable or without a turn is not counted.  One
 * that is cancelled is: its hash was computed, or else that would cost nothing.
 */
static void
hash(SignUp *up)
{
	AuthCountItem networks[AUTH_NETWORK_ITEMS];
	int count;

	if (auth_network_count(networks, &count, AUTH_DIGEST_SIGN_UP_IP, &up->ip) >
		0)
		auth_error_throttled("too many sign-ups from this address");
	PG_TRY();
	{
		up->key.hash = auth_key_hash_argument(up->fcinfo, 2, &up->key.id);
	}
	PG_CATCH();
	{
		if (is_before_hash())
			auth_count_change(networks, count);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

static void
record(SignUp *up, bool is_free)
{
	AuthKey key;
	AuthEvent event = {.kind = "sign_up_refused",
					   .reason = "duplicate_key",
					   .key = &up->key.id,
					   .ip = &up->ip};

	if (is_free)
	{
		event.kind = "user_created";
		event.reason = "sign_up";
		event.user_id = up->user_id;
		event.session = &up->session;
	}
	else if (auth_key_read(&up->key.id, &key))
		event.user_id = auth_key_user_id(&key);
	auth_event_record(&event);
}

/*
 * auth_sign_up(provider_id text, provider_user_id text, password text,
 *				attributes jsonb, session_attributes jsonb, address inet,
 *				active_period interval, idle_period interval,
 *				lifetime interval) auth_session_object
 *
 * When the key exists, the token that is returned is of no session.  Periods
 * only shorten.  UA008 for attributes that are none or not for clients, UA010
 * when too many hashes are computed at a time or there were too many sign-ups
 * from the address, UA011 for an unacceptable password, UA017 for a provider
 * that is not for clients, 22023 for periods that make no sense; a violated
 * constraint of the application's passes through, without its detail.
 */
Datum
auth_sign_up(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	SignUp up;
	bool is_free;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_sign_up()");
	up.fcinfo = fcinfo;
	auth_key_new_id_arguments(&up.key.id, fcinfo, 0);
	auth_client_check_provider(up.key.id.provider_id);
	auth_argument_required(fcinfo, 2, "password");
	up.attributes = auth_client_object(fcinfo, 3, "attributes", AUTH_USER);
	up.session_attributes =
		auth_client_object(fcinfo, 4, "session_attributes", AUTH_SESSION);
	auth_ip_argument(&up.ip, fcinfo, 5);
	up.periods = auth_client_periods(fcinfo, 6);
	hash(&up);
	up.user_id = NULL;
	is_free = auth_subtransaction_keep(make_all, &up);
	record(&up, is_free);
	auth_secret_end(&scope);
	return up.result;
}
