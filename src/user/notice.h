/*
 * notice.h
 *	  What users are told of that has happened to their accounts.
 */
#ifndef AUTH_NOTICE_H
#define AUTH_NOTICE_H

#include "postgres.h"

#include "call/key_id.h"

/* The kinds, which are the purposes of the messages. */
#define AUTH_NOTICE_PASSWORD_CHANGED "password_changed"
#define AUTH_NOTICE_KEY_ADDED "key_added"
#define AUTH_NOTICE_KEY_REMOVED "key_removed"
#define AUTH_NOTICE_KEY_RENAMED "key_renamed"
#define AUTH_NOTICE_EMAIL_CHANGED "email_changed"
#define AUTH_NOTICE_FACTOR_ADDED "factor_added"
#define AUTH_NOTICE_FACTOR_REMOVED "factor_removed"
#define AUTH_NOTICE_RECOVERY_CODE_USED "recovery_code_used"

extern void auth_notice_init(void);
extern void auth_notice_send(const char *kind, text *user_id);
extern void auth_notice_send_to(const char *kind, text *user_id,
								const AuthKeyId *address, bool proven);

#endif /* AUTH_NOTICE_H */
