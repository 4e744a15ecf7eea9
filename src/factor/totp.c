/*
 * totp.c
 *	  Authenticator apps: codes of a secret and the time.
 *
 * A code is good once.  Whoever uses one writes its step where an older one is;
 * of two at the same time the second waits, and then finds none (in REPEATABLE
 * READ it fails, 40001).  So does the code that confirms an app, which signs
 * nobody in.
 *
 * An app is not used before its user has shown, by a code, that it has the
 * secret.  One that waits for that is replaced by the next.
 */
#include "postgres.h"

#include <sodium.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "call/value.h"
#include "factor/totp.h"
#include "secret/secret.h"
#include "server/clock.h"
#include "server/setting.h"

/* The most that a user has. */
#define MOST 10

static int totp_skew;

static const AuthIntSetting settings[] = {
	{"auth.totp_skew",
	 "Periods before and after the present one of which codes are good.",
	 &totp_skew,
	 1,
	 0,
	 AUTH_TOTP_MAX_SKEW,
	 0},
};

void
auth_totp_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

static AuthStatement count_apps = {
	.text = "SELECT count(confirmed_at), count(*) - count(confirmed_at)"
			" FROM auth_totp WHERE user_id = $1",
	AUTH_TYPES(TEXTOID),
	.results = (Oid[]){INT8OID, INT8OID},
	.table = AUTH_TOTP,
};

static AuthStatement find_confirmed = {
	.text = "SELECT FROM auth_totp WHERE user_id = $1 AND id = $2"
			" AND confirmed_at IS NOT NULL",
	AUTH_TYPES(TEXTOID, UUIDOID),
	.table = AUTH_TOTP,
};

static AuthStatement select_confirmed = {
	.text = "SELECT " AUTH_TOTP_APP " FROM auth_totp"
			" WHERE user_id = $1 AND confirmed_at IS NOT NULL"
			" ORDER BY created_at, id",
	AUTH_TYPES(TEXTOID),
	.results = AUTH_TOTP_APP_RESULTS,
	.table = AUTH_TOTP,
};

static AuthStatement select_to_confirm = {
	.text = "SELECT " AUTH_TOTP_APP " FROM auth_totp"
			" WHERE user_id = $1 AND id = $2 AND confirmed_at IS NULL"
			" AND created_at >= $3 - " AUTH_TOTP_TO_CONFIRM
			" AND created_at <= " AUTH_CLOCK_LATEST,
	AUTH_TYPES(TEXTOID, UUIDOID, TIMESTAMPTZOID),
	.results = AUTH_TOTP_APP_RESULTS,
	.table = AUTH_TOTP,
};

static AuthStatement delete_to_confirm = {
	.text = "DELETE FROM auth_totp WHERE user_id = $1 AND confirmed_at IS NULL",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_TOTP,
};

static AuthStatement confirm_totp = {
	.text = "UPDATE auth_totp SET confirmed_at = $3, last_used_at = $3,"
			" last_step = $2 WHERE id = $1 AND confirmed_at IS NULL",
	AUTH_TYPES(UUIDOID, INT8OID, TIMESTAMPTZOID),
	.table = AUTH_TOTP,
};

static AuthStatement use_step = {
	.text = "UPDATE auth_totp SET last_step = $2, last_used_at = $3"
			" WHERE id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL",
	AUTH_TYPES(UUIDOID, INT8OID, TIMESTAMPTZOID),
	.table = AUTH_TOTP,
};

static AuthStatement rename_totp = {
	.text = "UPDATE auth_totp SET name = $3 WHERE user_id = $1 AND id = $2"
			" AND confirmed_at IS NOT NULL",
	AUTH_TYPES(TEXTOID, UUIDOID, TEXTOID),
	.table = AUTH_TOTP,
};

static AuthStatement delete_totp = {
	.text = "DELETE FROM auth_totp WHERE user_id = $1 AND id = $2"
			" AND confirmed_at IS NOT NULL",
	AUTH_TYPES(TEXTOID, UUIDOID),
	.table = AUTH_TOTP,
};

static AuthStatement delete_all = {
	.text = "DELETE FROM auth_totp WHERE user_id = $1",
	AUTH_TYPES(TEXTOID),
	.table = AUTH_TOTP,
};

/* The argument name, or NULL. */
text *
auth_totp_name_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ?
			   NULL :
			   auth_argument_new_identifier(fcinfo, number, "name");
}

/*
 * The arguments algorithm and digits.  22023 for an algorithm that there is not,
 * or digits outside 6 to 8.
 */
AuthTotpRule
auth_totp_rule_arguments(FunctionCallInfo fcinfo, int algorithm, int digits)
{
	AuthTotpRule rule = {.period = AUTH_TOTP_USUAL_PERIOD};
	text *word = auth_argument_text(fcinfo, algorithm, "algorithm");

	if (!auth_totp_algorithm(text_to_cstring(word), &rule.algorithm))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("algorithm must be SHA1, SHA256 or SHA512")));
	rule.digits = auth_argument_int(fcinfo,
									digits,
									"digits",
									AUTH_TOTP_MIN_DIGITS,
									AUTH_TOTP_MAX_DIGITS);
	return rule;
}

/* How many the user has. */
AuthTotpCount
auth_totp_count(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};
	NullableDatum row[2];

	(void) auth_statement_row(&count_apps,
							  arguments,
							  AccessShareLock,
							  lengthof(row),
							  row);
	return (AuthTotpCount){DatumGetInt64(row[0].value),
						   DatumGetInt64(row[1].value)};
}

/* 54000 unless the user, who is locked, may have another one in use. */
static void
require_room(text *user_id)
{
	if (auth_totp_count(user_id).confirmed >= MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a user has at most %d authenticator apps", MOST)));
}

/* Those (AuthTotp *), the oldest first. */
List *
auth_totp_list(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	return auth_totp_read(&select_confirmed, arguments);
}

static AuthTotpWindow
window_of(const AuthTotp *totp)
{
	return (AuthTotpWindow){timestamptz_to_time_t(GetCurrentTimestamp()),
							totp_skew,
							totp->last_step};
}

/*
 * Until when the codes of the app are refused as the server's clock has been
 * ahead; null: they are not.
 */
NullableDatum
auth_totp_refused(const AuthTotp *totp)
{
	AuthTotpWindow window = window_of(totp);
	int64 until;

	if (totp->out_of_range != NULL)
		return auth_null();
	until = auth_totp_refused_until(totp->rule.period, &window);
	return until == 0 ? auth_null() : auth_time(time_t_to_timestamptz(until));
}

/* Whether the user has this one, and it is confirmed. */
bool
auth_totp_has(text *user_id, const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_uuid(id)};

	return auth_statement_row(&find_confirmed,
							  arguments,
							  AccessShareLock,
							  0,
							  NULL) > 0;
}

static void
delete_waiting(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	(void) auth_statement_execute(&delete_to_confirm, arguments);
	if (auth_totp_count(user_id).waiting > 0)
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOTP));
}

/*
 * Make an app of the user, who is locked, with a random secret in wiped memory,
 * in the place of another that has not been confirmed.  54000 when the user has
 * as many as it may, F0000 without a key.
 */
void
auth_totp_create(AuthTotp *totp, text *name)
{
	uint8 *secret;

	require_room(totp->user_id);
	totp->rule.length = auth_totp_secret_length(totp->rule.algorithm);
	secret = auth_secret_alloc(totp->rule.length);
	randombytes_buf(secret, totp->rule.length);
	totp->rule.secret = secret;
	auth_secret_random_id(&totp->id);
	delete_waiting(totp->user_id);
	auth_totp_insert(totp, name, false);
}

/*
 * Have an app of another system used by the user, who is locked.  54000 when the
 * user has as many as it may, F0000 without a key.
 */
void
auth_totp_import(AuthTotp *totp, text *name)
{
	require_room(totp->user_id);
	auth_secret_random_id(&totp->id);
	auth_totp_insert(totp, name, true);
}

/*
 * Read the code; false: it has not as many digits as those of the app.  How many
 * these are is not known of one whose row makes no sense, which does not open.
 */
static bool
read_code(const AuthTotp *totp, text *code, uint32 *number)
{
	return auth_totp_read_code(VARDATA_ANY(code),
							   VARSIZE_ANY_EXHDR(code),
							   totp->rule.digits,
							   number) ||
		   totp->out_of_range != NULL;
}

/* Judge a code of the app, which is open, now. */
static AuthTotpAnswer
judge(const AuthTotp *totp, uint32 number, int64 *step)
{
	AuthTotpWindow window = window_of(totp);
	AuthTotpAnswer answer = auth_totp_judge(&totp->rule, &window, number, step);

	if (answer == AUTH_TOTP_FAILED)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not compute a code")));
	return answer;
}

/* Whether the code is one of the app now, which opens if it may be. */
static bool
is_code_of(AuthTotp *totp, text *code)
{
	uint32 number;

	if (!read_code(totp, code, &number))
		return false;
	auth_totp_open(totp);
	return judge(totp, number, &totp->last_step) == AUTH_TOTP_MATCH;
}

/*
 * Whether the code is one of the app, which names its user and itself alone and
 * waits to be confirmed; what else there is to it is found.  If not, the reason
 * says why.
 */
bool
auth_totp_begin_confirm(AuthTotp *totp, text *code, const char **reason)
{
	NullableDatum arguments[] = {auth_text(totp->user_id),
								 auth_uuid(&totp->id),
								 auth_time(GetCurrentTimestamp())};
	List *found = auth_totp_read(&select_to_confirm, arguments);

	*reason = found == NIL ? "expired" : "wrong_code";
	if (found == NIL)
		return false;
	*totp = *(AuthTotp *) linitial(found);
	return is_code_of(totp, code);
}

/*
 * Have the app used from now on, by later codes than the one that was judged.
 * 54000 when its user, who is locked, has as many as it may.
 */
void
auth_totp_confirm(const AuthTotp *totp)
{
	NullableDatum arguments[] = {auth_uuid(&totp->id),
								 auth_int64(totp->last_step),
								 auth_time(GetCurrentTimestamp())};

	require_room(totp->user_id);
	if (auth_statement_execute(&confirm_totp, arguments) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_TOTP));
}

static bool
take(const AuthTotp *totp, int64 step)
{
	NullableDatum arguments[] = {auth_uuid(&totp->id),
								 auth_int64(step),
								 auth_time(GetCurrentTimestamp())};

	return auth_statement_execute(&use_step, arguments) > 0;
}

/*
 * Use up the number, if it is a code of the app, which is open; "compared" says
 * that it was looked at.
 */
static bool
use(const AuthTotp *totp, uint32 number, bool *compared, const char **reason)
{
	int64 step;
	AuthTotpAnswer answer = judge(totp, number, &step);

	*compared = true;
	if (answer == AUTH_TOTP_MATCH && take(totp, step))
		return true;
	if (answer != AUTH_TOTP_MISMATCH)
		*reason = "replayed";
	return false;
}

/*
 * Use up the code, if it is one of the user's apps, and say whether it was
 * compared with any.  If it is not, the reason is for the record alone.  An app
 * that does not open keeps no other from being tried: its error, XX001 or F0000,
 * is raised when none has taken the code, used before or not.
 */
bool
auth_totp_use(text *user_id, text *code, bool *compared, const char **reason)
{
	AuthTotp *shut = NULL;
	ListCell *cell;

	*reason = "wrong_code";
	foreach (cell, auth_totp_list(user_id))
	{
		AuthTotp *totp = lfirst(cell);
		uint32 number;

		if (!read_code(totp, code, &number))
			continue;
		if (!auth_totp_try_open(totp))
		{
			shut = totp;
			continue;
		}
		if (use(totp, number, compared, reason))
			return true;
	}
	if (shut != NULL)
		auth_totp_open(shut);
	return false;
}

/* Give one of the user's apps that are confirmed a name, or NULL. */
bool
auth_totp_rename(text *user_id, const pg_uuid_t *id, text *name)
{
	NullableDatum arguments[] = {auth_text(user_id),
								 auth_uuid(id),
								 auth_text(name)};

	return auth_statement_execute(&rename_totp, arguments) > 0;
}

/* Delete it; false: there is none. */
bool
auth_totp_delete(text *user_id, const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_text(user_id), auth_uuid(id)};

	return auth_statement_execute(&delete_totp, arguments) > 0;
}

/* Delete all apps of the user, who is locked; how many there were. */
AuthTotpCount
auth_totp_delete_all(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};
	AuthTotpCount count = auth_totp_count(user_id);
	AuthTotpCount left;

	(void) auth_statement_execute(&delete_all, arguments);
	left = auth_totp_count(user_id);
	if (left.confirmed > 0 || left.waiting > 0)
		auth_error_suppressed_deletion(auth_relation_name(AUTH_TOTP));
	return count;
}
