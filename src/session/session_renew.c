/*
 * session_renew.c
 *	  A new token for a session whose user has proven something.
 *
 * What a session may do grows with a proof, and whoever has got hold of its
 * token before is not to have a share in that: the row gets another id, as by
 * the rotation of a refresh token, and the old token is dead at once.  The
 * session stays what it was, with its attributes, its periods and its refresh
 * tokens; what ends their family ends it under any id (ended.c).
 *
 * The application's foreign keys follow where they say ON UPDATE CASCADE.  With
 * others, a session that has such rows cannot be renewed (23503).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "session/level.h"
#include "session/refresh_family.h"
#include "session/session.h"
#include "session/session_live.h"
#include "session/session_renew.h"
#include "table/statement.h"

/* A session that was made to expire since it was read stays dead. */
static AuthStatement renew_session = {
	.text = "UPDATE auth_session SET id = $2,"
			" methods = (methods & (~ $3)) | $4,"
			" authenticated_at = COALESCE($5, authenticated_at)"
			" WHERE id = $1 AND idle_expires_at >= $6 AND expires_at >= $6",
	AUTH_TYPES(UUIDOID, UUIDOID, INT4OID, INT4OID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID),
	.table = AUTH_SESSION,
};

static AuthStatement lock_session = {
	.text = "SELECT FROM auth_session WHERE id = $1"
			" AND idle_expires_at >= $2 AND expires_at >= $2 FOR UPDATE",
	AUTH_TYPES(UUIDOID, TIMESTAMPTZOID),
	.table = AUTH_SESSION,
};

/* What is looked up before the session is written to. */
typedef struct Before
{
	int32 methods;
	bool has_family;
	pg_uuid_t family;
} Before;

static bool
look(const pg_uuid_t *id, Before *before)
{
	AuthLiveSession live;
	NullableDatum family;

	if (!auth_session_open(&live, id))
		return false;
	before->methods = auth_session_methods(&live);
	family = auth_row_get(&live.session, AUTH_SESSION_FAMILY_ID);
	before->has_family = !family.isnull;
	if (before->has_family)
		before->family = *DatumGetUUIDP(family.value);
	auth_session_close(&live);
	return true;
}

/*
 * Lock the session, whose user is locked, with its family, so that it lives on
 * while a proof that can be used once is used up; false: it has ended, or has
 * another id by a rotation.
 */
bool
auth_session_lock(const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_time(GetCurrentTimestamp())};
	Before before;

	if (!look(id, &before))
		return false;
	if (before.has_family)
		(void) auth_refresh_family_lock(&before.family);
	return auth_statement_execute(&lock_session, arguments) > 0;
}

/*
 * The new token of a session, and its id from now on.  Its user, whose row the
 * caller has locked, has just proven a credential by the methods "proof", which
 * makes it fresh, and cannot use the methods "lost" any more; 0 is none.  NULL,
 * and nothing is changed: it has ended, or is of level 2 and the proof is no
 * factor, which does not make it fresh.
 *
 * The lock keeps away whoever makes a family or ends sessions; a rotation is
 * waited for at the family, and has made the given id another's.
 */
text *
auth_session_renew(const pg_uuid_t *id, int32 proof, int32 lost,
				   pg_uuid_t *renewed)
{
	TimestampTz clock = GetCurrentTimestamp();
	text *token = auth_session_token(renewed);
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_uuid(renewed),
								 auth_int32(lost),
								 auth_int32(proof),
								 proof != 0 ? auth_time(clock) : auth_null(),
								 auth_time(clock)};
	Before before;

	if (!look(id, &before) ||
		(proof != 0 && !auth_level_is_renewed(before.methods, proof)))
		return NULL;
	if (before.has_family)
		auth_refresh_family_follow(&before.family, id, renewed);
	return auth_statement_execute(&renew_session, arguments) > 0 ? token : NULL;
}
