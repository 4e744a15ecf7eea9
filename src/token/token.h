/*
 * token.h
 *	  One-time tokens and codes, as other features make and use them.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "storage/itemptr.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "secret/digest.h"

/* What is NULL is not there. */
typedef struct AuthToken
{
	text *secret;  /* the token or code, of a new one */
	text *browser; /* what has to be shown with a new one; or NULL */
	pg_uuid_t id;
	text *purpose;
	text *user_id;
	text *provider_id;
	text *address;
	TimestampTz created_at;
	TimestampTz expires_at;
	Jsonb *data;
} AuthToken;

extern void auth_token_require_user(const AuthToken *token);
extern void auth_token_begin(AuthToken *token, text *purpose);
extern void auth_token_expire(AuthToken *token, Interval *lifetime,
							  int seconds);
extern void auth_token_issue(AuthToken *token, bool replace);
extern bool auth_token_find(AuthToken *token, const char *purpose,
							text *secret);
extern bool auth_token_consume(const AuthToken *token);

/* For codes and tokens. */
extern void auth_token_slot(pg_uuid_t *slot, AuthDigestKind kind,
							const AuthToken *token);
extern void auth_token_insert(AuthToken *token, const pg_uuid_t *slot,
							  const pg_uuid_t *code_hash);
extern void auth_token_record_created(const AuthToken *token);
extern bool auth_token_take(AuthToken *token, const pg_uuid_t *code_hash);
extern void auth_token_record_used(const AuthToken *token);
extern void auth_token_new_arguments(AuthToken *token, FunctionCallInfo fcinfo,
									 int data);
extern void auth_token_used_argument(AuthToken *token, FunctionCallInfo fcinfo);
extern void auth_token_send(const AuthToken *token);
extern void auth_token_deliver(AuthToken *token);
extern Datum auth_token_result(FunctionCallInfo fcinfo, const AuthToken *token);
extern void auth_token_add(FunctionCallInfo fcinfo, const AuthToken *token);

extern int auth_token_lifetime; /* seconds */

extern void auth_token_init(void);

#endif /* AUTH_TOKEN_H */
