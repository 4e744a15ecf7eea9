/*
 * new_password.h
 *	  What a new password brings with it, whoever sets it.
 */
#ifndef AUTH_NEW_PASSWORD_H
#define AUTH_NEW_PASSWORD_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "call/ip.h"
#include "call/key_id.h"

/* Which of the user's keys get it. */
typedef enum AuthPasswordScope
{
	AUTH_PASSWORD_OF_KEY,	 /* the key */
	AUTH_PASSWORD_OF_USER,	 /* all that have one or, if none has, take one */
	AUTH_PASSWORD_FIRST,	 /* all that take one, if none has one */
	AUTH_PASSWORD_FORGOTTEN, /* all that have one, and the key, if it takes one */
	AUTH_PASSWORD_KNOWN		 /* all that have the old hash */
} AuthPasswordScope;

typedef struct AuthNewPassword
{
	text *user_id; /* whose row the caller has locked */
	AuthPasswordScope scope;
	const AuthKeyId *key; /* also for the record; or NULL */
	const char *old_hash;
	const char *hash; /* NULL: no password any more */
	NullableDatum except_session;
	const char *reason; /* for the record */
	const AuthIp *ip;	/* for the record; or NULL */
} AuthNewPassword;

extern List *auth_new_password(const AuthNewPassword *password);

#endif /* AUTH_NEW_PASSWORD_H */
