/*
 * own_factor.c
 *	  The second factors of one's own.
 *
 * Who adds or removes one has a fresh session, of level 2 if the user has a
 * factor already: with less, a stolen token would swap the factors for the
 * thief's.  All that others may have come in by before ends, and the session
 * goes on with a new token.
 *
 * The session is renewed before anything is written, as it may have ended since
 * the user was locked.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "account/own.h"
#include "call/argument.h"
#include "call/error.h"
#include "call/ip.h"
#include "call/result.h"
#include "call/status.h"
#include "call/value.h"
#include "event/event.h"
#include "factor/recovery_code.h"
#include "factor/second_factor.h"
#include "factor/totp.h"
#include "factor/totp_enrolment.h"
#include "flow/flow.h"
#include "secret/secret.h"
#include "session/level.h"
#include "sign_in/known_factor.h"
#include "user/notice.h"

PG_FUNCTION_INFO_V1(auth_create_totp);
PG_FUNCTION_INFO_V1(auth_confirm_totp);
PG_FUNCTION_INFO_V1(auth_get_own_factors);
PG_FUNCTION_INFO_V1(auth_rename_own_factor);
PG_FUNCTION_INFO_V1(auth_delete_own_factor);

/* Results: the columns of the status, and those of the function's own. */
#define CREATED_COLUMNS (AUTH_STATUS_COLUMNS + 3)
#define CONFIRMED_COLUMNS (AUTH_STATUS_COLUMNS + 2)
#define DELETED_COLUMNS (AUTH_STATUS_COLUMNS + 1)

/* What a session has proven by factors of which none is left. */
#define OF_FACTORS \
	(AUTH_METHOD_TOTP | AUTH_METHOD_RECOVERY | AUTH_METHOD_DEVICE)

static void
clear(NullableDatum *values, int columns)
{
	for (int i = 0; i < columns; i++)
		values[i] = auth_null();
}

static void
record(const AuthOwn *own, const char *kind, const AuthIp *ip)
{
	auth_event_record(&(AuthEvent){.kind = kind,
								   .reason = "totp",
								   .user_id = own->user_id,
								   .session = &own->session,
								   .ip = ip});
}

/* Make the app of the user, who is locked. */
static void
create(AuthTotp *totp, text *name, NullableDatum *values)
{
	auth_totp_create(totp, name);
	auth_status_ok(values);
	values[AUTH_STATUS_COLUMNS] = auth_uuid(&totp->id);
	values[AUTH_STATUS_COLUMNS + 1] = auth_text(auth_totp_letters(totp));
	values[AUTH_STATUS_COLUMNS + 2] = auth_text(auth_totp_uri(totp));
}

/*
 * auth_create_totp(token text, name text, algorithm text, digits int,
 *					OUT status text, OUT retry_after interval,
 *					OUT factor_id uuid, OUT secret text, OUT uri text)
 *
 * The only place where the secret is seen.  It replaces one that has not been
 * confirmed; nothing is asked of the user before it is, within 15 minutes.
 * status is ok; refused, when the session does not live; or reauthenticate, when
 * it is not fresh.  54000 when the user has ten already; 22023 for an algorithm
 * that there is not, or digits outside 6 to 8; F0000 without a key or an issuer.
 */
Datum
auth_create_totp(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum values[CREATED_COLUMNS];
	AuthTotp totp;
	text *name;
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_create_totp()");
	clear(values, CREATED_COLUMNS);
	name = auth_totp_name_argument(fcinfo, 1);
	totp.rule = auth_totp_rule_arguments(fcinfo, 2, 3);
	auth_totp_require_issuer();
	if (auth_own_begin(&own, fcinfo, values))
	{
		totp.user_id = own.user_id;
		create(&totp, name, values);
	}
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, CREATED_COLUMNS);
}

/* A guess at a code of an app that waits to be confirmed. */
typedef struct Confirmation
{
	AuthOwn own;
	AuthTotp totp;
	AuthKnownFactor known;
} Confirmation;

/* The app is used from now on. */
static void
confirm(const Confirmation *confirmation, text *new_token,
		NullableDatum *values)
{
	const AuthOwn *own = &confirmation->own;

	auth_totp_confirm(&confirmation->totp);
	auth_second_factor_set(own->user_id);
	auth_second_factor_end_others(own->user_id,
								  auth_uuid(&own->session),
								  "factor_created");
	record(own, "factor_created", &confirmation->known.ip);
	auth_notice_send(AUTH_NOTICE_FACTOR_ADDED, own->user_id);
	auth_status_ok(values);
	values[AUTH_STATUS_COLUMNS] = auth_text(new_token);
	values[AUTH_STATUS_COLUMNS + 1] = own->asked ?
										  auth_text_array(NULL, 0) :
										  auth_recovery_code_make(own->user_id);
}

/* The code was right: the session goes on with the app, unless it has ended. */
static void
use(Confirmation *confirmation, NullableDatum *values)
{
	AuthOwn *own = &confirmation->own;
	int64 wait = auth_flow_count_change(own->user_id);
	text *new_token;

	auth_known_factor_accept(&confirmation->known);
	if (wait > 0)
	{
		auth_status_throttled(values, wait);
		return;
	}
	new_token = auth_own_renew(own, AUTH_METHOD_TOTP, 0);
	if (new_token != NULL)
		confirm(confirmation, new_token, values);
}

/* Compare the code, whose attempt has been counted, of the locked user. */
static void
check(Confirmation *confirmation, NullableDatum *values)
{
	const char *reason;

	auth_status_refused(values);
	if (auth_known_factor_use(&confirmation->known, &reason))
		use(confirmation, values);
	else
		auth_known_factor_refuse(&confirmation->known, reason);
}

/* The guess counts as one at any of the user's codes. */
static void
guess(Confirmation *confirmation, FunctionCallInfo fcinfo,
	  NullableDatum *values)
{
	AuthKnownFactor *known = &confirmation->known;

	if (!auth_own_fresh_argument(&confirmation->own, fcinfo, values))
		return;
	known->user_id = confirmation->totp.user_id = confirmation->own.user_id;
	known->to_confirm = &confirmation->totp;
	if (!auth_known_factor_begin(known))
		auth_status_throttled(values, known->attempt.wait);
	else if (auth_own_lock_fresh(&confirmation->own, values))
		check(confirmation, values);
}

/*
 * auth_confirm_totp(token text, factor_id uuid, code text, client_address inet,
 *					 OUT status text, OUT retry_after interval,
 *					 OUT new_token text, OUT recovery_codes text[])
 *
 * status is ok: the app is used, the other sessions have ended, this one has a
 * new token and the app among its methods, which is level 2 beside another, and
 * there are recovery codes if the user had no factor before, or else none ({}).
 * refused, when the code is wrong, there is no app that waits to be confirmed, or
 * the session does not live; throttled; or reauthenticate, when it is not fresh.
 * The code signs nobody in.  54000 when the user has been given ten others
 * meanwhile; 23503 when a foreign key of the application's does not let the
 * session have another id.
 */
Datum
auth_confirm_totp(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum values[CONFIRMED_COLUMNS];
	Confirmation confirmation;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_confirm_totp()");
	clear(values, CONFIRMED_COLUMNS);
	auth_argument_required(fcinfo, 1, "factor_id");
	confirmation.totp.id = *PG_GETARG_UUID_P(1);
	confirmation.known.totp = auth_secret_argument(fcinfo, 2, "code");
	auth_ip_argument(&confirmation.known.ip, fcinfo, 3);
	guess(&confirmation, fcinfo, values);
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, CONFIRMED_COLUMNS);
}

/*
 * auth_get_own_factors(token text) SETOF auth_factor_object
 *
 * Those that are confirmed, the oldest first.  No row: the token is no living
 * session's, or its user has none.
 */
Datum
auth_get_own_factors(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthOwn own;

	auth_secret_begin(&scope);
	auth_result_begin_set(fcinfo);
	if (auth_own_argument(&own, fcinfo))
		auth_second_factor_add_all(fcinfo, own.user_id);
	auth_secret_end(&scope);
	return (Datum) 0;
}

/*
 * auth_rename_own_factor(token text, factor_id uuid, name text,
 *						  OUT status text, OUT retry_after interval)
 *
 * status is ok, or refused, when the user has no such factor or the session does
 * not live.
 */
Datum
auth_rename_own_factor(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum status[AUTH_STATUS_COLUMNS];
	text *name;
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_rename_own_factor()");
	auth_argument_required(fcinfo, 1, "factor_id");
	name = auth_totp_name_argument(fcinfo, 2);
	if (auth_own_argument(&own, fcinfo) && auth_own_hold(&own) &&
		auth_totp_rename(own.user_id, PG_GETARG_UUID_P(1), name))
		auth_status_ok(status);
	else
		auth_status_refused(status);
	auth_secret_end(&scope);
	return auth_status_result(fcinfo, status);
}

/* Delete the app of the user, who is locked; the session's new token, or NULL. */
static text *
delete_totp(AuthOwn *own, const pg_uuid_t *id)
{
	bool last = auth_totp_count(own->user_id).confirmed == 1;
	text *new_token;

	if (!auth_totp_has(own->user_id, id))
		return NULL;
	new_token = auth_own_renew(own, 0, last ? OF_FACTORS : 0);
	if (new_token == NULL)
		return NULL;
	if (!auth_totp_delete(own->user_id, id))
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOTP));
	auth_second_factor_end_others(own->user_id,
								  auth_uuid(&own->session),
								  "factor_deleted");
	auth_second_factor_review(own->user_id);
	record(own, "factor_deleted", NULL);
	auth_notice_send(AUTH_NOTICE_FACTOR_REMOVED, own->user_id);
	return new_token;
}

/*
 * auth_delete_own_factor(token text, factor_id uuid, OUT status text,
 *						  OUT retry_after interval, OUT new_token text)
 *
 * status is ok: the other sessions have ended, and this one has a new token; with
 * the last factor go the recovery codes and its level.  refused, when the user
 * has no such factor or the session does not live; or reauthenticate, when it is
 * not fresh.  23503 as by auth_confirm_totp().
 */
Datum
auth_delete_own_factor(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	NullableDatum values[DELETED_COLUMNS];
	AuthOwn own;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_delete_own_factor()");
	clear(values, DELETED_COLUMNS);
	auth_argument_required(fcinfo, 1, "factor_id");
	if (auth_own_begin(&own, fcinfo, values))
	{
		text *new_token = delete_totp(&own, PG_GETARG_UUID_P(1));

		values[AUTH_STATUS_COLUMNS] = auth_text(new_token);
		if (new_token != NULL)
			auth_status_ok(values);
		else
			auth_status_refused(values);
	}
	auth_secret_end(&scope);
	return auth_result_row(fcinfo, values, DELETED_COLUMNS);
}
