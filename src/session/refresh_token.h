/*
 * refresh_token.h
 *	  Refresh tokens and the families that they are of.
 */
#ifndef AUTH_REFRESH_TOKEN_H
#define AUTH_REFRESH_TOKEN_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "session/refresh_rule.h"

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

/* refresh_family.c */

/* refresh_end.c */

extern void auth_refresh_token_init(void);

#endif /* AUTH_REFRESH_TOKEN_H */
