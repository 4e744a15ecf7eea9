/*
 * totp.h
 *	  Authenticator apps: codes of a secret and the time.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

#include "factor/totp_row.h"

/* For how long one can be confirmed. */
#define AUTH_TOTP_TO_CONFIRM "'15 minutes'::interval"

/* How many a user has. */
typedef struct AuthTotpCount
{
	int64 confirmed;
	int64 waiting; /* to be confirmed, in time or too late */
} AuthTotpCount;

extern text *auth_totp_name_argument(FunctionCallInfo fcinfo, int number);
extern AuthTotpRule auth_totp_rule_arguments(FunctionCallInfo fcinfo,
											 int algorithm, int digits);
extern AuthTotpCount auth_totp_count(text *user_id);
extern List *auth_totp_list(text *user_id);
extern NullableDatum auth_totp_refused(const AuthTotp *totp);
extern bool auth_totp_has(text *user_id, const pg_uuid_t *id);
extern void auth_totp_create(AuthTotp *totp, text *name);
extern bool auth_totp_begin_confirm(AuthTotp *totp, text *code,
									const char **reason);
extern void auth_totp_confirm(const AuthTotp *totp);
extern void auth_totp_import(AuthTotp *totp, text *name);
extern bool auth_totp_use(text *user_id, text *code, bool *compared,
						  const char **reason);
extern bool auth_totp_rename(text *user_id, const pg_uuid_t *id, text *name);
extern bool auth_totp_delete(text *user_id, const pg_uuid_t *id);
extern AuthTotpCount auth_totp_delete_all(text *user_id);

extern void auth_totp_init(void);

#endif /* AUTH_TOTP_H */
