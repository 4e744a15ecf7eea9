/*
 * identity.h
 *	  Who acts in this transaction.
 */
#ifndef AUTH_IDENTITY_H
#define AUTH_IDENTITY_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct AuthIdentity
{
	pg_uuid_t session_id;
	int level;
	TimestampTz authenticated_at;
	text *user_id;
} AuthIdentity;

extern const AuthIdentity *auth_identity(void);
extern bool auth_identity_set(const pg_uuid_t *session_id);
extern void auth_identity_follow(const pg_uuid_t *session_id,
								 const pg_uuid_t *renewed);

extern void auth_identity_init(void);

#endif /* AUTH_IDENTITY_H */
