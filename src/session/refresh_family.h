/*
 * refresh_family.h
 *	  The row of a family of refresh tokens.
 */
#ifndef AUTH_REFRESH_FAMILY_H
#define AUTH_REFRESH_FAMILY_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "session/refresh_rule.h"
#include "table/removal.h"

/* The statements about families; one that cannot be deleted ends for good. */
#define AUTH_REFRESH_REMOVE(condition) \
	"DELETE FROM auth_refresh_token WHERE " condition
#define AUTH_REFRESH_END(condition)                           \
	"UPDATE auth_refresh_token SET expires_at = '-infinity'," \
	" ends_at = '-infinity' WHERE " condition " AND ends_at > '-infinity'"

/* A token, in the clear and as the table knows it. */
typedef struct AuthRefreshToken
{
	text *text;
	pg_uuid_t family;
	AuthRefreshHash hash;
} AuthRefreshToken;

/* A family as its row was found. */
typedef struct AuthRefreshFamily
{
	AuthRefreshState state;
	pg_uuid_t id;
	pg_uuid_t session;
	text *user_id;
	Interval *lifetime; /* NULL: the setting */
} AuthRefreshFamily;

/* What becomes of a family and its session when a token is used. */
typedef struct AuthRefreshRotation
{
	TimestampTz clock;
	bool repeated;
	const AuthRefreshToken *used;
	const AuthRefreshToken *next;
	TimestampTz expires_at; /* of the next one */
	pg_uuid_t session;
} AuthRefreshRotation;

extern bool auth_refresh_token_argument(AuthRefreshToken *token,
										FunctionCallInfo fcinfo, int number);
extern void auth_refresh_token_make(AuthRefreshToken *token,
									const AuthRefreshToken *used);
extern bool auth_refresh_family_read(AuthRefreshFamily *family,
									 const pg_uuid_t *id);
extern bool auth_refresh_family_lock(const pg_uuid_t *id);
extern bool auth_refresh_family_rotate(const AuthRefreshFamily *family,
									   const AuthRefreshRotation *rotation);
extern void auth_refresh_family_follow(const pg_uuid_t *id,
									   const pg_uuid_t *session,
									   const pg_uuid_t *renewed);
extern void auth_refresh_delete_session(const pg_uuid_t *session,
										text *user_id);
extern void auth_refresh_delete_others(text *user_id,
									   NullableDatum except_session);
extern void auth_refresh_delete_orphans(text *user_id);
extern void auth_refresh_delete_all(void);
extern void auth_refresh_delete_all_orphans(void);

#endif /* AUTH_REFRESH_FAMILY_H */
