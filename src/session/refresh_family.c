/*
 * refresh_family.c
 *	  The row of a family of refresh tokens.
 *
 * Whoever writes to a family and to its session writes to the family first, so
 * that no two wait for each other.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "call/value.h"
#include "secret/secret.h"
#include "session/ended.h"
#include "session/refresh_family.h"
#include "session/session_period.h"
#include "table/row.h"
#include "table/statement.h"

static AuthStatement lock_family = {
	.text = "SELECT FROM auth_refresh_token WHERE id = $1 FOR NO KEY UPDATE",
	AUTH_TYPES(UUIDOID),
	.table = AUTH_REFRESH_TOKEN,
};

/*
 * The newest token changes whenever the family is rotated, so that nothing is
 * written to a family that is not any more what it was judged by, nor to one
 * whose session has got another id by a proof (session_renew.c).  The session
 * is renewed as auth_period_renew() does, here because another read of its row
 * would cost more; that it is idle or has expired is what a refresh token is
 * for.  A session that has got another family is none of this one's.
 */
static AuthStatement rotate_family = {
	.text =
		"WITH family AS (UPDATE auth_refresh_token SET token_hash = $3,"
		" sibling_hashes = $4, spent_hash = $5, rotated_at = $6,"
		" expires_at = $7, session_id = $9"
		" WHERE id = $1 AND token_hash = $2 AND session_id = $10"
		" AND ends_at >= $8"
		" RETURNING ends_at)"
		" UPDATE auth_session SET id = $9, family_id = $1, active_expires_at ="
		" LEAST(($8 AT TIME ZONE 'UTC' + COALESCE(active_period, $11))"
		" AT TIME ZONE 'UTC', expires_at, family.ends_at),"
		" idle_expires_at ="
		" LEAST(($8 AT TIME ZONE 'UTC' + COALESCE(active_period, $11)"
		" + COALESCE(idle_period, $12)) AT TIME ZONE 'UTC',"
		" expires_at, family.ends_at)"
		" FROM family"
		" WHERE id = $10 AND expires_at >= $8"
		" AND (family_id = $1 OR family_id IS NULL)",
	AUTH_TYPES(UUIDOID, UUIDOID, UUIDOID, UUIDARRAYOID, UUIDOID, TIMESTAMPTZOID,
			   TIMESTAMPTZOID, TIMESTAMPTZOID, UUIDOID, UUIDOID, INTERVALOID,
			   INTERVALOID),
	.table = AUTH_REFRESH_TOKEN,
};

static AuthStatement follow_session = {
	.text = "UPDATE auth_refresh_token SET session_id = $3"
			" WHERE id = $1 AND session_id = $2",
	AUTH_TYPES(UUIDOID, UUIDOID, UUIDOID),
	.table = AUTH_REFRESH_TOKEN,
};

#define OF_SESSION                                       \
	"session_id = $1 AND user_id"                        \
	" = (SELECT user_id FROM auth_session WHERE id = $1" \
	" AND ($2 IS NULL OR user_id = $2))"
#define OTHERS "user_id = $1 AND ($2 IS NULL OR session_id <> $2)"

/*
 * Rows that somebody is rotating are passed over: the rotation finds out that
 * the session is gone.
 */
#define ORPHANS(condition)                                        \
	"ctid = ANY (ARRAY("                                          \
	"SELECT ctid FROM auth_refresh_token family WHERE " condition \
	" AND NOT EXISTS (SELECT FROM auth_session"                   \
	" WHERE auth_session.id = family.session_id"                  \
	" AND auth_session.expires_at > '-infinity')"                 \
	" FOR UPDATE SKIP LOCKED))"
#define OF_USER "user_id = $1"
#define ALL "true"

static const AuthRemoval remove_of_session =
	AUTH_REMOVAL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(OF_SESSION),
				 AUTH_REFRESH_END(OF_SESSION), NULL, UUIDOID, TEXTOID);
static const AuthRemoval remove_others =
	AUTH_REMOVAL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(OTHERS),
				 AUTH_REFRESH_END(OTHERS), NULL, TEXTOID, UUIDOID);
static const AuthRemoval remove_orphans =
	AUTH_REMOVAL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(ORPHANS(OF_USER)),
				 AUTH_REFRESH_END(ORPHANS(OF_USER)), NULL, TEXTOID);
static const AuthRemoval remove_all =
	AUTH_REMOVAL_OF_ALL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(ALL),
						AUTH_REFRESH_END(ALL));
static const AuthRemoval remove_all_orphans =
	AUTH_REMOVAL_OF_ALL(AUTH_REFRESH_TOKEN, AUTH_REFRESH_REMOVE(ORPHANS(ALL)),
						AUTH_REFRESH_END(ORPHANS(ALL)));

static NullableDatum
hash_value(const AuthRefreshHash *hash)
{
	return auth_pointer(hash->bytes);
}

static AuthRefreshHash
get_hash(Datum value)
{
	AuthRefreshHash hash;

	StaticAssertStmt(sizeof(hash.bytes) == UUID_LEN, "a hash is a uuid");
	memcpy(hash.bytes, DatumGetUUIDP(value)->data, UUID_LEN);
	return hash;
}

/* Work out what the table knows the token by. */
static void
hash_token(AuthRefreshToken *token)
{
	const char *letters = VARDATA_ANY(token->text);
	pg_uuid_t whole;

	auth_secret_id_of_bytes(letters, AUTH_REFRESH_HALF, &token->family);
	auth_secret_id_of_bytes(letters, AUTH_REFRESH_LETTERS, &whole);
	token->hash = get_hash(UUIDPGetDatum(&whole));
}

/* The argument refresh_token; false when it cannot be one. */
bool
auth_refresh_token_argument(AuthRefreshToken *token, FunctionCallInfo fcinfo,
							int number)
{
	token->text = auth_secret_token_argument(fcinfo, number);
	if (!auth_refresh_has_shape(VARDATA_ANY(token->text),
								VARSIZE_ANY_EXHDR(token->text)))
		return false;
	hash_token(token);
	return true;
}

/* Make a token of the used one's family or, with NULL, of a new one. */
void
auth_refresh_token_make(AuthRefreshToken *token, const AuthRefreshToken *used)
{
	Size known = 0;
	char *letters;

	token->text = palloc(VARHDRSZ + AUTH_REFRESH_LETTERS);
	SET_VARSIZE(token->text, VARHDRSZ + AUTH_REFRESH_LETTERS);
	letters = VARDATA(token->text);
	if (used != NULL)
	{
		known = AUTH_REFRESH_HALF;
		memcpy(letters, VARDATA_ANY(used->text), known);
	}
	auth_secret_letters(letters + known, AUTH_REFRESH_LETTERS - known);
	hash_token(token);
}

static void
get_siblings(AuthRow *row, AuthRefreshState *state)
{
	NullableDatum value = auth_row_get(row, AUTH_REFRESH_TOKEN_SIBLING_HASHES);
	Datum *hashes;
	bool *nulls;
	int count;

	state->nsiblings = 0;
	if (value.isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(value.value),
					  UUIDOID,
					  UUID_LEN,
					  false,
					  TYPALIGN_CHAR,
					  &hashes,
					  &nulls,
					  &count);
	for (int i = 0; i < Min(count, AUTH_REFRESH_SIBLINGS); i++)
	{
		if (!nulls[i])
			state->siblings[state->nsiblings++] = get_hash(hashes[i]);
	}
}

static void
get_state(AuthRow *row, AuthRefreshState *state)
{
	NullableDatum value;

	state->newest =
		get_hash(auth_row_require(row, AUTH_REFRESH_TOKEN_TOKEN_HASH));
	get_siblings(row, state);
	value = auth_row_get(row, AUTH_REFRESH_TOKEN_SPENT_HASH);
	state->has_spent = !value.isnull;
	if (state->has_spent)
		state->spent = get_hash(value.value);
	value = auth_row_get(row, AUTH_REFRESH_TOKEN_ROTATED_AT);
	state->rotated_at =
		value.isnull ? DT_NOBEGIN : DatumGetTimestampTz(value.value);
	state->expires_at = DatumGetTimestampTz(
		auth_row_require(row, AUTH_REFRESH_TOKEN_EXPIRES_AT));
	state->ends_at =
		DatumGetTimestampTz(auth_row_require(row, AUTH_REFRESH_TOKEN_ENDS_AT));
}

static void
get_family(AuthRow *row, AuthRefreshFamily *family)
{
	const Interval *lifetime =
		auth_as_interval(auth_row_get(row, AUTH_REFRESH_TOKEN_LIFETIME));

	get_state(row, &family->state);
	family->session =
		*DatumGetUUIDP(auth_row_require(row, AUTH_REFRESH_TOKEN_SESSION_ID));
	family->user_id = auth_row_require_text(row, AUTH_REFRESH_TOKEN_USER_ID);
	family->lifetime = NULL;
	if (lifetime != NULL)
	{
		family->lifetime = palloc(sizeof(Interval));
		*family->lifetime = *lifetime;
	}
}

/* Read the family as it is now; false when none lives. */
bool
auth_refresh_family_read(AuthRefreshFamily *family, const pg_uuid_t *id)
{
	Datum key = UUIDPGetDatum(id);
	AuthRow row;
	bool lives;

	family->id = *id;
	if (!auth_row_open(&row, AUTH_REFRESH_TOKEN, &key))
		return false;
	lives = !auth_ended_has(key, &row);
	if (lives)
		get_family(&row, family);
	auth_row_close(&row);
	return lives;
}

/* Wait for whoever is using a token; false when there is no family. */
bool
auth_refresh_family_lock(const pg_uuid_t *id)
{
	NullableDatum arguments[] = {auth_uuid(id)};

	return auth_statement_execute(&lock_family, arguments) > 0;
}

/* The siblings of the next token: those of the newest, and the newest. */
static NullableDatum
make_siblings(const AuthRefreshState *state)
{
	Datum hashes[AUTH_REFRESH_SIBLINGS];
	int count = 0;

	Assert(state->nsiblings < AUTH_REFRESH_SIBLINGS);
	for (int i = 0; i < state->nsiblings; i++)
		hashes[count++] = hash_value(&state->siblings[i]).value;
	hashes[count++] = hash_value(&state->newest).value;
	return auth_pointer(construct_array(hashes,
										count,
										UUIDOID,
										UUID_LEN,
										false,
										TYPALIGN_CHAR));
}

/*
 * Write the next token and the session's next id.  False when the family or
 * its session is not any more as it was read.
 *
 * A token that is repeated keeps its time, so that its grace does not grow.
 */
bool
auth_refresh_family_rotate(const AuthRefreshFamily *family,
						   const AuthRefreshRotation *rotation)
{
	const AuthRefreshState *state = &family->state;
	bool repeated = rotation->repeated;
	Interval active_period = {.time =
								  auth_session_active_period * USECS_PER_SEC};
	Interval idle_period = {.time = auth_session_idle_period * USECS_PER_SEC};
	NullableDatum arguments[] = {
		auth_uuid(&family->id),
		hash_value(&state->newest),
		hash_value(&rotation->next->hash),
		repeated ? make_siblings(state) : auth_null(),
		hash_value(&rotation->used->hash),
		auth_time(repeated ? state->rotated_at : rotation->clock),
		auth_time(rotation->expires_at),
		auth_time(rotation->clock),
		auth_uuid(&rotation->session),
		auth_uuid(&family->session),
		auth_interval(&active_period),
		auth_interval(&idle_period),
	};

	return auth_statement_execute(&rotate_family, arguments) > 0;
}

/* The session of the family is going to have another id. */
void
auth_refresh_family_follow(const pg_uuid_t *id, const pg_uuid_t *session,
						   const pg_uuid_t *renewed)
{
	NullableDatum arguments[] = {auth_uuid(id),
								 auth_uuid(session),
								 auth_uuid(renewed)};

	(void) auth_statement_execute(&follow_session, arguments);
}

/*
 * End the family of the session, which is going to be ended if it is the user's
 * or, for NULL, whoever's it is.
 */
void
auth_refresh_delete_session(const pg_uuid_t *session, text *user_id)
{
	NullableDatum arguments[] = {auth_uuid(session), auth_text(user_id)};

	(void) auth_removal_execute(&remove_of_session, arguments);
}

/* End all families of the user but the one of the session, if it is not null. */
void
auth_refresh_delete_others(text *user_id, NullableDatum except_session)
{
	NullableDatum arguments[] = {auth_text(user_id), except_session};

	(void) auth_removal_execute(&remove_others, arguments);
}

/*
 * The user's families whose sessions the transaction has ended: those that
 * were made while it waited for the session's row.  Families come before
 * sessions elsewhere, so that this waits for nobody.
 */
void
auth_refresh_delete_orphans(text *user_id)
{
	NullableDatum arguments[] = {auth_text(user_id)};

	(void) auth_removal_execute(&remove_orphans, arguments);
}

/* The same of all users. */

void
auth_refresh_delete_all(void)
{
	(void) auth_removal_execute(&remove_all, NULL);
}

void
auth_refresh_delete_all_orphans(void)
{
	(void) auth_removal_execute(&remove_all_orphans, NULL);
}
