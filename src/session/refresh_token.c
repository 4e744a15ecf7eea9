/*
 * refresh_token.c
 *	  Refresh tokens: made with a session, and spent for its next token.
 *
 * A family lives with its session's row.  A rotation leaves both rows where
 * they are and writes new hashes into them, so that the session's attributes
 * and whatever else the application keeps about it go on.
 */
#include "postgres.h"

#include <limits.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/period.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "secret/secret.h"
#include "server/setting.h"
#include "session/refresh_end.h"
#include "session/refresh_family.h"
#include "session/refresh_token.h"
#include "session/session.h"
#include "session/session_live.h"
#include "table/statement.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_create_refresh_token);
PG_FUNCTION_INFO_V1(auth_rotate_refresh_token);

static int refresh_family_lifetime; /* seconds, 0: no absolute end */
static int refresh_grace;			/* milliseconds */
static int refresh_lifetime;		/* seconds */

static const AuthIntSetting settings[] = {
	{"auth.refresh_family_lifetime",
	 "Time after which refresh tokens cannot be rotated any more; 0 "
	 "is never.",
	 &refresh_family_lifetime,
	 0,
	 0,
	 INT_MAX,
	 GUC_UNIT_S},
	{"auth.refresh_grace",
	 "Time for which a spent refresh token is answered again.",
	 &refresh_grace,
	 10 * 1000,
	 0,
	 60 * 60 * 1000,
	 GUC_UNIT_MS},
	{"auth.refresh_lifetime",
	 "Time for which a refresh token can be used.",
	 &refresh_lifetime,
	 30 * 24 * 60 * 60,
	 1,
	 INT_MAX,
	 GUC_UNIT_S},
};

void
auth_refresh_token_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define FIRST_COLUMNS 4

/*
 * The session's row names the family and ends with it.  It is written first, so
 * that nobody can end the session meanwhile.
 */
static AuthStatement insert_family = {
	.text = "WITH session AS (UPDATE auth_session SET family_id = $1,"
			" expires_at = LEAST(expires_at, $6),"
			" active_expires_at = LEAST(active_expires_at, $6),"
			" idle_expires_at = LEAST(idle_expires_at, $6)"
			" WHERE id = $3 AND user_id = $8 RETURNING id, user_id)"
			" INSERT INTO auth_refresh_token (id, token_hash, user_id,"
			" session_id, created_at, expires_at, ends_at, lifetime)"
			" SELECT $1, $2, user_id, id, $4, $5, $6, $7 FROM session",
	AUTH_TYPES(UUIDOID, UUIDOID, UUIDOID, TIMESTAMPTZOID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID, INTERVALOID, TEXTOID),
	.table = AUTH_REFRESH_TOKEN,
	.user = 8,
};

/* A new family: its arguments, and what is made of them. */
typedef struct NewFamily
{
	pg_uuid_t *session;
	Interval *lifetime;
	Interval *family_lifetime;
	AuthRefreshToken token;
	text *user_id;
	TimestampTz clock;
	TimestampTz expires_at;
	TimestampTz ends_at;
} NewFamily;

/* Set when the family ends: with its session at the latest. */
static void
set_times(NewFamily *new, TimestampTz session_end)
{
	new->clock = GetCurrentTimestamp();
	new->ends_at = session_end;
	if (new->family_lifetime != NULL || refresh_family_lifetime > 0)
		new->ends_at = Min(new->ends_at,
						   auth_period_later(new->clock,
											 new->family_lifetime,
											 refresh_family_lifetime));
	new->expires_at =
		Min(auth_period_later(new->clock, new->lifetime, refresh_lifetime),
			new->ends_at);
	if (new->ends_at <= new->clock)
		auth_argument_invalid_period("family_lifetime");
	if (new->expires_at <= new->clock)
		auth_argument_invalid_period("lifetime");
}

/* Look at the living session, or raise UA005. */
static void
set_session(NewFamily *new)
{
	AuthLiveSession live;

	if (!auth_session_open(&live, new->session))
		auth_error_invalid_session();
	new->user_id = auth_session_user(&live);
	set_times(new, live.expires_at);
	auth_session_close(&live);
}

static void
insert(NewFamily *new)
{
	NullableDatum arguments[] = {auth_uuid(&new->token.family),
								 auth_pointer(new->token.hash.bytes),
								 auth_uuid(new->session),
								 auth_time(new->clock),
								 auth_time(new->expires_at),
								 auth_time(new->ends_at),
								 auth_interval(new->lifetime),
								 auth_text(new->user_id)};

	if (auth_statement_execute(&insert_family, arguments) == 0)
		auth_error_invalid_session();
}

static Datum
new_family_result(FunctionCallInfo fcinfo, NewFamily *new)
{
	NullableDatum values[] = {auth_text(new->token.text),
							  auth_uuid(&new->token.family),
							  auth_text(new->user_id),
							  auth_uuid(new->session),
							  auth_time(new->expires_at),
							  auth_time(new->ends_at)};

	return auth_result_row(fcinfo, values, lengthof(values));
}

/*
 * auth_create_refresh_token(session_id uuid, lifetime interval,
 *							 family_lifetime interval)
 *		auth_refresh_token_object
 *
 * A session has one family: an older one ends.  UA005 when there is no such
 * living session; 22023 for a lifetime that is not finite or not positive.
 */
Datum
auth_create_refresh_token(PG_FUNCTION_ARGS)
{
	NewFamily new;

	PreventCommandIfReadOnly("auth_create_refresh_token()");
	auth_argument_required(fcinfo, 0, "session_id");
	new.session = PG_GETARG_UUID_P(0);
	new.lifetime = auth_argument_period(fcinfo, 1, "lifetime");
	new.family_lifetime = auth_argument_period(fcinfo, 2, "family_lifetime");
	set_session(&new);

	/*
	 * Whoever was ending the session or its family may have done so while the
	 * user was waited for.
	 */
	auth_user_hold(PointerGetDatum(new.user_id));
	auth_refresh_delete_session(new.session, NULL);
	set_session(&new);
	auth_refresh_token_make(&new.token, NULL);
	insert(&new);
	auth_event_record(&(AuthEvent){.kind = "refresh_token_created",
								   .user_id = new.user_id,
								   .session = new.session});
	return new_family_result(fcinfo, &new);
}

/*
 * Judge the token by the family as it is, and write what follows from that.
 * A family that has our next token already has lost its session meanwhile.
 * The clock is read after the family, so that no rotation that is seen is
 * later than now, but where the clock was set back.
 */
static AuthRefreshUse
use_once(AuthRefreshFamily *family, AuthRefreshRotation *rotation, bool *done)
{
	AuthRefreshUse use;

	*done = true;
	if (!auth_refresh_family_read(family, &rotation->used->family))
		return AUTH_REFRESH_REFUSED;
	rotation->clock = GetCurrentTimestamp();
	if (auth_refresh_is_same(&family->state.newest, &rotation->next->hash))
		return AUTH_REFRESH_REFUSED;
	use = auth_refresh_judge(&family->state,
							 &rotation->used->hash,
							 rotation->clock,
							 refresh_grace * INT64CONST(1000));
	if (use == AUTH_REFRESH_REPLAYED || use == AUTH_REFRESH_REFUSED)
		return use;
	rotation->repeated = use == AUTH_REFRESH_REPEATED;
	rotation->expires_at = Min(auth_period_later(rotation->clock,
												 family->lifetime,
												 refresh_lifetime),
							   family->state.ends_at);
	*done = auth_refresh_family_rotate(family, rotation);
	return use;
}

/*
 * A use that another one overtakes locks the family and looks at it again; then
 * nothing overtakes it any more but the end of the session.
 */
static AuthRefreshUse
use_token(AuthRefreshFamily *family, AuthRefreshRotation *rotation)
{
	bool done;
	AuthRefreshUse use = use_once(family, rotation, &done);

	if (done)
		return use;
	if (!auth_refresh_family_lock(&rotation->used->family))
		return AUTH_REFRESH_REFUSED;
	use = use_once(family, rotation, &done);
	return done ? use : AUTH_REFRESH_REFUSED;
}

static Datum
refused(FunctionCallInfo fcinfo, const char *status)
{
	NullableDatum first[FIRST_COLUMNS] = {auth_string(status),
										  auth_null(),
										  auth_null(),
										  auth_null()};

	return auth_session_no_result(fcinfo, first, FIRST_COLUMNS);
}

/*
 * The answer when the rotation is written.  It is refused all the same where
 * the user was disabled without the end of its sessions.
 */
static Datum
rotated(FunctionCallInfo fcinfo, const AuthRefreshFamily *family,
		const AuthRefreshRotation *rotation, text *session_token)
{
	NullableDatum first[FIRST_COLUMNS] = {auth_string("ok"),
										  auth_text(rotation->next->text),
										  auth_time(rotation->expires_at),
										  auth_time(family->state.ends_at)};
	Datum result;

	if (auth_session_has_result(fcinfo,
								&rotation->session,
								session_token,
								first,
								FIRST_COLUMNS,
								&result))
		return result;
	return refused(fcinfo, "refused");
}

static Datum
rotate(FunctionCallInfo fcinfo, const AuthRefreshToken *token, const AuthIp *ip)
{
	AuthRefreshToken next;
	AuthRefreshRotation rotation = {.used = token, .next = &next};
	AuthRefreshFamily family;
	text *session_token = auth_session_token(&rotation.session);

	auth_refresh_token_make(&next, token);
	switch (use_token(&family, &rotation))
	{
		case AUTH_REFRESH_REFUSED:
			break;
		case AUTH_REFRESH_REPLAYED:
			return refused(fcinfo,
						   auth_refresh_end_replayed(&family, ip) ? "reused" :
																	"refused");
		case AUTH_REFRESH_GOOD:
		case AUTH_REFRESH_REPEATED:
			return rotated(fcinfo, &family, &rotation, session_token);
	}
	return refused(fcinfo, "refused");
}

/*
 * auth_rotate_refresh_token(refresh_token text, client_address inet)
 *		auth_refresh_result
 *
 * status is ok, with a new refresh token and a new token of the session;
 * refused; or reused, when the token was spent before: the family and its
 * session have ended.
 */
Datum
auth_rotate_refresh_token(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	AuthRefreshToken token;
	AuthIp ip;
	Datum result;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_rotate_refresh_token()");
	auth_ip_argument(&ip, fcinfo, 1);
	if (auth_refresh_token_argument(&token, fcinfo, 0))
		result = rotate(fcinfo, &token, &ip);
	else
		result = refused(fcinfo, "refused");
	auth_secret_end(&scope);
	return result;
}
