/*
 * session_live.h
 *	  Sessions that live now, and how they are shown.
 */
#ifndef AUTH_SESSION_LIVE_H
#define AUTH_SESSION_LIVE_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "table/row.h"

/* A living session and its user, both rows held open. */
typedef struct AuthLiveSession
{
	AuthRow session;
	AuthRow user;
	TimestampTz active_expires_at;
	TimestampTz idle_expires_at;
	TimestampTz expires_at;
	bool active;
} AuthLiveSession;

extern bool auth_session_open(AuthLiveSession *live, const pg_uuid_t *id);
extern text *auth_session_user(AuthLiveSession *live);
extern int32 auth_session_methods(AuthLiveSession *live);
extern TimestampTz auth_session_authenticated_at(AuthLiveSession *live);
extern void auth_session_add(FunctionCallInfo fcinfo, AuthLiveSession *live,
							 bool fresh);
extern void auth_session_close(AuthLiveSession *live);
extern text *auth_session_user_of(const pg_uuid_t *id);

/* The most columns that a result has before those of the session. */
#define AUTH_SESSION_FIRST_COLUMNS 5

extern Datum auth_session_result(FunctionCallInfo fcinfo, const pg_uuid_t *id,
								 text *token);
extern Datum auth_session_result_after(FunctionCallInfo fcinfo,
									   const pg_uuid_t *id, text *token,
									   const NullableDatum *first, int count);
extern bool auth_session_has_result(FunctionCallInfo fcinfo,
									const pg_uuid_t *id, text *token,
									const NullableDatum *first, int count,
									Datum *result);
extern Datum auth_session_no_result(FunctionCallInfo fcinfo,
									const NullableDatum *first, int count);

#endif /* AUTH_SESSION_LIVE_H */
