/*
 * user_factor.c
 *	  Second factors of users, for whoever is trusted with their ids.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/result.h"
#include "call/value.h"
#include "event/event.h"
#include "factor/second_factor.h"
#include "factor/totp.h"
#include "secret/secret.h"
#include "throttle/attempt.h"
#include "user/notice.h"
#include "user/user_row.h"

PG_FUNCTION_INFO_V1(auth_get_user_factors);
PG_FUNCTION_INFO_V1(auth_delete_user_factor);
PG_FUNCTION_INFO_V1(auth_delete_user_factors);
PG_FUNCTION_INFO_V1(auth_import_totp);

/* Secrets of other systems: not shorter than any that is known to be used. */
#define MIN_SECRET 10

/*
 * auth_get_user_factors(user_id text) SETOF auth_factor_object
 *
 * Those that are confirmed, the oldest first.  UA001 when there is no such user.
 */
Datum
auth_get_user_factors(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	auth_result_begin_set(fcinfo);
	auth_user_require(user_id);
	auth_second_factor_add_all(fcinfo, user_id);
	return (Datum) 0;
}

static void
record(const char *kind, text *user_id)
{
	auth_event_record(
		&(AuthEvent){.kind = kind, .reason = "totp", .user_id = user_id});
}

/*
 * auth_delete_user_factor(user_id text, factor_id uuid) void
 *
 * All sessions of the user end.  UA001 when there is no such user, UA016 when it
 * has no such factor.
 */
Datum
auth_delete_user_factor(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");

	PreventCommandIfReadOnly("auth_delete_user_factor()");
	auth_argument_required(fcinfo, 1, "factor_id");
	auth_user_require_locked(user_id);
	if (!auth_totp_delete(user_id, PG_GETARG_UUID_P(1)))
		auth_error_invalid_factor();
	record("factor_deleted", user_id);
	auth_second_factor_end_others(user_id, auth_null(), "factor_deleted");
	auth_second_factor_review(user_id);
	auth_notice_send(AUTH_NOTICE_FACTOR_REMOVED, user_id);
	PG_RETURN_VOID();
}

/*
 * auth_delete_user_factors(user_id text) bigint
 *
 * The number of apps that were in use: with them go one that waits to be
 * confirmed, recovery codes, remembered devices, sign-ins that wait for a second
 * factor, all sessions of the user, and what was counted against its factors,
 * which a rollback does not bring back.  Whoever calls it has made sure of who
 * asks for it.  UA001 when there is no such user.
 */
Datum
auth_delete_user_factors(PG_FUNCTION_ARGS)
{
	text *user_id = auth_argument_text(fcinfo, 0, "user_id");
	int64 apps;

	PreventCommandIfReadOnly("auth_delete_user_factors()");
	auth_user_require_locked(user_id);
	auth_second_factor_end_others(user_id, auth_null(), "factor_deleted");
	if (auth_second_factor_remove(user_id, "all", &apps))
		auth_notice_send(AUTH_NOTICE_FACTOR_REMOVED, user_id);
	auth_attempt_lift_second_factor(user_id);
	PG_RETURN_INT64(apps);
}

/* The argument secret, not copied but for what has to be detoasted. */
static void
secret_argument(AuthTotpRule *rule, FunctionCallInfo fcinfo, int number)
{
	text *secret = auth_secret_argument(fcinfo, number, "secret");

	rule->secret = (const uint8 *) VARDATA_ANY(secret);
	rule->length = VARSIZE_ANY_EXHDR(secret);
	if (rule->length < MIN_SECRET || rule->length > AUTH_TOTP_MAX_SECRET)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("secret must be %d to %d bytes long",
						MIN_SECRET,
						AUTH_TOTP_MAX_SECRET)));
}

/*
 * auth_import_totp(user_id text, secret bytea, name text, algorithm text,
 *					digits int, period int) uuid
 *
 * The id of the factor, which is asked for from now on; sessions stay.  UA001;
 * 54000 for more than ten; F0000 without a key; 22023 for a secret of fewer than
 * 10 or more than 64 bytes, an algorithm that there is not, digits outside 6 to
 * 8, or a period outside 15 to 120 seconds.
 */
Datum
auth_import_totp(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	pg_uuid_t *id = palloc(sizeof(pg_uuid_t));
	AuthTotp totp;
	text *name;

	auth_secret_begin(&scope);
	PreventCommandIfReadOnly("auth_import_totp()");
	totp.user_id = auth_argument_text(fcinfo, 0, "user_id");
	name = auth_totp_name_argument(fcinfo, 2);
	totp.rule = auth_totp_rule_arguments(fcinfo, 3, 4);
	totp.rule.period = auth_argument_int(fcinfo,
										 5,
										 "period",
										 AUTH_TOTP_MIN_PERIOD,
										 AUTH_TOTP_MAX_PERIOD);
	secret_argument(&totp.rule, fcinfo, 1);
	auth_user_require_locked(totp.user_id);
	auth_totp_import(&totp, name);
	auth_second_factor_set(totp.user_id);
	record("factor_created", totp.user_id);
	*id = totp.id;
	auth_secret_end(&scope);
	PG_RETURN_UUID_P(id);
}
