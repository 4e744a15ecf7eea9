/*
 * totp_row.c
 *	  The row of an authenticator app, as it is read and written.
 *
 * The secret is sealed with all that says whose it is and how codes are made of
 * it: whoever can write to the table can give it to nobody else, and make no
 * code shorter.
 */
#include "postgres.h"

#include "access/detoast.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "call/value.h"
#include "factor/totp_row.h"
#include "secret/secret.h"

#define LABEL "auth totp"

/* In the order of AUTH_TOTP_APP. */
enum
{
	ID,
	USER_ID,
	ALGORITHM,
	DIGITS,
	PERIOD,
	KEY_ID,
	SECRET,
	LAST_STEP,
	CREATED_AT,
	NAME, /* may be null, as may the next */
	LAST_USED_AT,
	COLUMNS
};

static AuthStatement insert_totp = {
	.text = "INSERT INTO auth_totp (id, user_id, name, algorithm, digits,"
			" period, key_id, secret, created_at, confirmed_at)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	AUTH_TYPES(UUIDOID, TEXTOID, TEXTOID, TEXTOID, INT2OID, INT2OID, TEXTOID,
			   BYTEAOID, TIMESTAMPTZOID, TIMESTAMPTZOID),
	.table = AUTH_TOTP,
	.user = 2,
};

static StringInfoData
associated_data(const AuthTotp *totp)
{
	StringInfoData data;

	initStringInfo(&data);
	auth_seal_append_text(&data, cstring_to_text("auth_totp"));
	auth_seal_append_uuid(&data, &totp->id);
	auth_seal_append_text(&data, totp->user_id);
	auth_seal_append_text(&data,
						  cstring_to_text(psprintf("%s %d %d",
												   auth_totp_algorithm_word(
													   totp->rule.algorithm),
												   totp->rule.digits,
												   totp->rule.period)));
	return data;
}

/* A secret that is longer than any of ours is not even read. */
static bool
is_too_long(Datum sealed)
{
	return toast_raw_datum_size(sealed) >
		   VARHDRSZ + auth_seal_length(AUTH_TOTP_MAX_SECRET);
}

/* The rule by which codes are made; the column that is out of range, or NULL. */
static const char *
get_rule(const NullableDatum *values, AuthTotpRule *rule)
{
	*rule = (AuthTotpRule){.digits = DatumGetInt16(values[DIGITS].value),
						   .period = DatumGetInt16(values[PERIOD].value)};
	if (!auth_totp_algorithm(TextDatumGetCString(values[ALGORITHM].value),
							 &rule->algorithm))
		return "algorithm";
	if (rule->digits < AUTH_TOTP_MIN_DIGITS ||
		rule->digits > AUTH_TOTP_MAX_DIGITS)
		return "digits";
	if (rule->period < AUTH_TOTP_MIN_PERIOD ||
		rule->period > AUTH_TOTP_MAX_PERIOD)
		return "period";
	return is_too_long(values[SECRET].value) ? "secret" : NULL;
}

static AuthTotp *
get_totp(const NullableDatum *values)
{
	AuthTotp *totp = palloc(sizeof(AuthTotp));

	totp->id = *DatumGetUUIDP(values[ID].value);
	totp->user_id = DatumGetTextPP(values[USER_ID].value);
	totp->out_of_range = get_rule(values, &totp->rule);
	totp->sealed = (AuthSealed){TextDatumGetCString(values[KEY_ID].value),
								totp->out_of_range == NULL ?
									DatumGetByteaPP(values[SECRET].value) :
									NULL};
	totp->last_step = DatumGetInt64(values[LAST_STEP].value);
	totp->created_at = values[CREATED_AT];
	totp->name = values[NAME];
	totp->last_used_at = values[LAST_USED_AT];
	return totp;
}

/* The apps (AuthTotp *) that the statement returns, in the caller's memory. */
List *
auth_totp_read(AuthStatement *statement, const NullableDatum *arguments)
{
	AuthExecution execution;
	List *apps = NIL;
	uint64 count;

	auth_statement_begin(&execution, AUTH_TOTP, AccessShareLock);
	count = auth_statement_run(&execution, statement, arguments);
	for (uint64 row = 0; row < count; row++)
	{
		NullableDatum values[COLUMNS];
		MemoryContext old;

		auth_statement_copy_required(statement, row, NAME, values);
		auth_statement_copy(statement, row, COLUMNS, values);
		old = MemoryContextSwitchTo(execution.caller);
		apps = lappend(apps, get_totp(values));
		MemoryContextSwitchTo(old);
	}
	auth_execution_end(&execution);
	return apps;
}

static void
set_secret(AuthTotp *totp, const text *plain)
{
	totp->rule.secret = (const uint8 *) VARDATA_ANY(plain);
	totp->rule.length = VARSIZE_ANY_EXHDR(plain);
}

/* Give the app its secret, in wiped memory; false: auth_totp_open says why not. */
bool
auth_totp_try_open(AuthTotp *totp)
{
	StringInfoData data;
	text *plain;

	if (totp->out_of_range != NULL)
		return false;
	data = associated_data(totp);
	if (auth_seal_open(LABEL, &data, totp->sealed, &plain) != AUTH_SEAL_OPENED)
		return false;
	set_secret(totp, plain);
	return true;
}

static void
refuse_out_of_range(const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("column \"%s\" of a row of table \"%s\" is out of range",
					column,
					auth_relation_name(AUTH_TOTP))));
}

/*
 * Give the app its secret, in wiped memory.  XX001 when it was changed or is of
 * another row, F0000 when its key is not there.
 */
void
auth_totp_open(AuthTotp *totp)
{
	StringInfoData data;

	if (totp->out_of_range != NULL)
		refuse_out_of_range(totp->out_of_range);
	data = associated_data(totp);
	set_secret(totp,
			   auth_seal_require(LABEL,
								 &data,
								 totp->sealed,
								 AUTH_TOTP,
								 AUTH_TOTP_SECRET));
}

static AuthSealed
seal(const AuthTotp *totp)
{
	StringInfoData data = associated_data(totp);
	Size size = VARHDRSZ + totp->rule.length;
	text *plain = auth_secret_alloc(size);

	SET_VARSIZE(plain, size);
	memcpy(VARDATA(plain), totp->rule.secret, totp->rule.length);
	return auth_seal(LABEL, &data, plain);
}

/* Insert the app, whose user is locked, with its secret sealed. */
void
auth_totp_insert(const AuthTotp *totp, text *name, bool confirmed)
{
	AuthSealed sealed = seal(totp);
	NullableDatum clock = auth_time(GetCurrentTimestamp());
	NullableDatum arguments[] = {
		auth_uuid(&totp->id),
		auth_text(totp->user_id),
		auth_text(name),
		auth_string(auth_totp_algorithm_word(totp->rule.algorithm)),
		auth_int16((int16) totp->rule.digits),
		auth_int16((int16) totp->rule.period),
		auth_string(sealed.key_id),
		auth_bytes(sealed.content),
		clock,
		confirmed ? clock : auth_null(),
	};

	if (auth_statement_execute(&insert_totp, arguments) == 0)
		auth_error_suppressed_row(auth_relation_name(AUTH_TOTP));
}

/* The first columns of an app. */
static AuthStatement lock_apps = {
	.text = "SELECT id, user_id, algorithm, digits, period, key_id, secret"
			" FROM ONLY auth_totp"
			" WHERE key_id <> $1 AND ($3 IS NULL OR id > $3)"
			" ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
	AUTH_TYPES(TEXTOID, INT4OID, UUIDOID),
	.results = AUTH_TOTP_APP_RESULTS,
	.table = AUTH_TOTP,
};

static AuthStatement seal_app = {
	.text = "UPDATE ONLY auth_totp SET key_id = $2, secret = $3 WHERE id = $1",
	AUTH_TYPES(UUIDOID, TEXTOID, BYTEAOID),
	.table = AUTH_TOTP,
};

static AuthStatement count_apps = AUTH_SEALED_COUNT(AUTH_TOTP, "auth_totp");

/* What is out of range does not open either, and is no error here. */
static bool
reseal(const AuthStatement *select, uint64 row, AuthSealed *sealed)
{
	Datum values[SECRET + 1];
	AuthTotp totp;
	StringInfoData data;

	for (int i = 0; i <= SECRET; i++)
		values[i] = auth_statement_require(select, row, i + 1);
	if (is_too_long(values[SECRET]))
		return false;
	totp.id = *DatumGetUUIDP(values[ID]);
	totp.user_id = DatumGetTextPP(values[USER_ID]);
	totp.rule.digits = DatumGetInt16(values[DIGITS]);
	totp.rule.period = DatumGetInt16(values[PERIOD]);
	totp.sealed = (AuthSealed){TextDatumGetCString(values[KEY_ID]),
							   DatumGetByteaPP(values[SECRET])};
	if (!auth_totp_algorithm(TextDatumGetCString(values[ALGORITHM]),
							 &totp.rule.algorithm))
		return false;
	data = associated_data(&totp);
	return auth_seal_again(LABEL, &data, totp.sealed, sealed);
}

const AuthSealedRows auth_totp_sealed_rows = {
	&lock_apps,
	&seal_app,
	&count_apps,
	reseal,
};
