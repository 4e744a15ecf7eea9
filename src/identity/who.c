/*
 * who.c
 *	  What policies ask: who acts, by what, and since when.
 *
 * Nobody has a NULL, 0 or false for an answer, never an error, but from
 * auth_require().  Values are copies: what is read may be wiped while the query
 * still holds them.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "call/argument.h"
#include "call/error.h"
#include "identity/identity.h"
#include "session/session_fresh.h"

PG_FUNCTION_INFO_V1(auth_user_id);
PG_FUNCTION_INFO_V1(auth_user_uuid);
PG_FUNCTION_INFO_V1(auth_current_session_id);
PG_FUNCTION_INFO_V1(auth_assurance_level);
PG_FUNCTION_INFO_V1(auth_authenticated_at);
PG_FUNCTION_INFO_V1(auth_has_level);
PG_FUNCTION_INFO_V1(auth_is_fresh);
PG_FUNCTION_INFO_V1(auth_require);

/* auth_user_id() text */
Datum
auth_user_id(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();

	if (identity == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(
		PointerGetDatum(DatumGetTextPCopy(PointerGetDatum(identity->user_id))));
}

/*
 * Whether the text is a UUID as the server writes it.  Of two ids that differ in
 * nothing but how they are written only one is: one user must not be taken for
 * the other.
 */
static bool
is_uuid(const char *id)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(id) != strlen(form))
		return false;
	for (int i = 0; form[i] != '\0'; i++)
	{
		const char *allowed = form[i] == '-' ? "-" : "0123456789abcdef";

		if (strchr(allowed, id[i]) == NULL)
			return false;
	}
	return true;
}

/*
 * auth_user_uuid() uuid
 *
 * The user's id where it is a UUID, in lower case with hyphens; NULL where it is
 * anything else.
 */
Datum
auth_user_uuid(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();
	char *id;

	if (identity == NULL)
		PG_RETURN_NULL();
	id = text_to_cstring(identity->user_id);
	if (!is_uuid(id))
		PG_RETURN_NULL();
	return DirectFunctionCall1(uuid_in, CStringGetDatum(id));
}

/* auth_current_session_id() uuid */
Datum
auth_current_session_id(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();
	pg_uuid_t *id;

	if (identity == NULL)
		PG_RETURN_NULL();
	id = palloc(sizeof(pg_uuid_t));
	*id = identity->session_id;
	PG_RETURN_UUID_P(id);
}

/*
 * auth_assurance_level() integer
 *
 * By how much the session was proven; 0 for nobody.
 */
Datum
auth_assurance_level(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();

	PG_RETURN_INT32(identity != NULL ? identity->level : 0);
}

/*
 * auth_authenticated_at() timestamptz
 *
 * When a credential was proven last.
 */
Datum
auth_authenticated_at(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();

	if (identity == NULL || TIMESTAMP_NOT_FINITE(identity->authenticated_at))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(identity->authenticated_at);
}

/* auth_has_level(level integer) boolean */
Datum
auth_has_level(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();

	PG_RETURN_BOOL(identity != NULL && identity->level >= PG_GETARG_INT32(0));
}

/*
 * auth_is_fresh(period interval) boolean
 *
 * Whether a credential was proven within the period; 22023 for one that makes
 * no sense.
 */
Datum
auth_is_fresh(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();
	Interval *period = auth_argument_period(fcinfo, 0, "period");

	PG_RETURN_BOOL(identity != NULL &&
				   auth_session_is_within(identity->authenticated_at, period));
}

/*
 * auth_require(level integer, max_age interval) boolean
 *
 * True for whoever acts by at least the level, with a credential that was
 * proven within the age, or at any time for NULL.  UA014 where nobody acts,
 * UA015 where it is not enough.  Not evaluated once in a statement: that may be
 * ahead of all rows, as for parallel workers, and raise where no row asks.
 */
Datum
auth_require(PG_FUNCTION_ARGS)
{
	const AuthIdentity *identity = auth_identity();
	Interval *max_age = auth_argument_period(fcinfo, 1, "max_age");

	auth_argument_required(fcinfo, 0, "level");
	if (identity == NULL)
		auth_error_not_authenticated();
	if (identity->level < PG_GETARG_INT32(0) ||
		(max_age != NULL &&
		 !auth_session_is_within(identity->authenticated_at, max_age)))
		auth_error_reauthenticate();
	PG_RETURN_BOOL(true);
}
