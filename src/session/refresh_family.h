/*
 * refresh_family.h
 *	  The row of a family of refresh tokens.
 */
#ifndef AUTH_REFRESH_FAMILY_H
#define AUTH_REFRESH_FAMILY_H

#include "postgres.h"

#include "session/refresh_token.h"

extern bool auth_refresh_token_read(AuthRefreshToken *token, Datum argument);
extern void auth_refresh_token_make(AuthRefreshToken *token,
									const AuthRefreshToken *used);
extern bool auth_refresh_family_read(AuthRefreshFamily *family,
									 const pg_uuid_t *id);
extern bool auth_refresh_family_lock(const pg_uuid_t *id);
extern bool auth_refresh_family_rotate(const AuthRefreshFamily *family,
									   const AuthRefreshRotation *rotation);

#endif /* AUTH_REFRESH_FAMILY_H */
