/*
 * error.h
 *	  The SQLSTATEs of the extension and the errors that carry them.
 *
 * Class UA is ours: classes beginning with 0-4 and A-H belong to the
 * standard.  The DETAIL of each is the name that Lucia gives to the case, so
 * that a client compares one field and never the message.
 */
#ifndef AUTH_ERROR_H
#define AUTH_ERROR_H

#include "postgres.h"

#include "call/key_id.h"
#include "server/compat.h"

#define ERRCODE_AUTH_INVALID_USER_ID MAKE_SQLSTATE('U', 'A', '0', '0', '1')
#define ERRCODE_AUTH_INVALID_KEY_ID MAKE_SQLSTATE('U', 'A', '0', '0', '2')
#define ERRCODE_AUTH_DUPLICATE_KEY_ID MAKE_SQLSTATE('U', 'A', '0', '0', '3')
#define ERRCODE_AUTH_INVALID_PASSWORD MAKE_SQLSTATE('U', 'A', '0', '0', '4')
#define ERRCODE_AUTH_INVALID_SESSION_ID MAKE_SQLSTATE('U', 'A', '0', '0', '5')
#define ERRCODE_AUTH_DUPLICATE_USER_ID MAKE_SQLSTATE('U', 'A', '0', '0', '6')
#define ERRCODE_AUTH_OUTDATED_PASSWORD MAKE_SQLSTATE('U', 'A', '0', '0', '7')
#define ERRCODE_AUTH_INVALID_ATTRIBUTE MAKE_SQLSTATE('U', 'A', '0', '0', '8')
#define ERRCODE_AUTH_THROTTLED MAKE_SQLSTATE('U', 'A', '0', '1', '0')
#define ERRCODE_AUTH_WEAK_PASSWORD MAKE_SQLSTATE('U', 'A', '0', '1', '1')
#define ERRCODE_AUTH_NOT_SET_UP MAKE_SQLSTATE('U', 'A', '0', '1', '2')
#define ERRCODE_AUTH_USER_DISABLED MAKE_SQLSTATE('U', 'A', '0', '1', '3')
#define ERRCODE_AUTH_NOT_AUTHENTICATED MAKE_SQLSTATE('U', 'A', '0', '1', '4')
#define ERRCODE_AUTH_REAUTHENTICATE MAKE_SQLSTATE('U', 'A', '0', '1', '5')
#define ERRCODE_AUTH_INVALID_FACTOR_ID MAKE_SQLSTATE('U', 'A', '0', '1', '6')
#define ERRCODE_AUTH_PROVIDER_NOT_ALLOWED MAKE_SQLSTATE('U', 'A', '0', '1', '7')

pg_noreturn extern void auth_error_invalid_user(const char *user_id);
pg_noreturn extern void auth_error_user_gone(const char *user_id);
pg_noreturn extern void auth_error_duplicate_user(void);
pg_noreturn extern void auth_error_user_disabled(const char *user_id);
pg_noreturn extern void auth_error_invalid_key(const char *provider_id,
											   const char *provider_user_id);
pg_noreturn extern void auth_error_duplicate_key(void);
extern int auth_error_detail_key(const AuthKeyId *id);
pg_noreturn extern void auth_error_invalid_password(void);
pg_noreturn extern void auth_error_outdated_password(void);
pg_noreturn extern void auth_error_throttled(const char *message);
pg_noreturn extern void auth_error_too_many_hashes(void);
pg_noreturn extern void auth_error_invalid_session(void);
pg_noreturn extern void auth_error_not_authenticated(void);
pg_noreturn extern void auth_error_reauthenticate(void);
pg_noreturn extern void auth_error_invalid_factor(void);
pg_noreturn extern void auth_error_no_attribute(const char *name,
												const char *table);
pg_noreturn extern void auth_error_attribute_not_allowed(const char *name,
														 const char *setting);
pg_noreturn extern void
auth_error_provider_not_allowed(const char *provider_id);
pg_noreturn extern void auth_error_not_set_up(const char *problem,
											  const char *hint);
pg_noreturn extern void auth_error_null(const char *table, const char *column);
pg_noreturn extern void auth_error_suppressed_row(const char *table);
pg_noreturn extern void auth_error_suppressed_deletion(const char *table);
pg_noreturn extern void auth_error_trigger_misused(const char *function);
pg_noreturn extern void auth_error_rows_kept(const char *table,
											 const char *hint);
pg_noreturn extern void auth_error_newer_layout(int layout, int known);

#endif /* AUTH_ERROR_H */
