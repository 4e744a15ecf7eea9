/*
 * refresh_end.h
 *	  The end of families of refresh tokens: replay, revocation, removal of
 *	  dead ones.
 */
#ifndef AUTH_REFRESH_END_H
#define AUTH_REFRESH_END_H

#include "postgres.h"

#include "call/ip.h"
#include "session/refresh_family.h"

extern bool auth_refresh_end_replayed(const AuthRefreshFamily *family,
									  const AuthIp *ip);

#endif /* AUTH_REFRESH_END_H */
