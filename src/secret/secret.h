/*
 * secret.h
 *	  Handling of secrets: wiped memory, randomness, statements kept out of
 *	  the log.
 */
#ifndef AUTH_SECRET_H
#define AUTH_SECRET_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/uuid.h"

/* Lives on the stack of the function that takes a secret. */
typedef ErrorContextCallback AuthSecretScope;

extern void auth_secret_init(void);
extern void auth_secret_begin(AuthSecretScope *scope);
extern void auth_secret_end(AuthSecretScope *scope);
extern text *auth_secret_text(Datum argument);
extern text *auth_secret_argument(FunctionCallInfo fcinfo, int number,
								  const char *name);
extern text *auth_secret_optional_argument(FunctionCallInfo fcinfo, int number);
extern text *auth_secret_token_argument(FunctionCallInfo fcinfo, int number);
extern void auth_secret_id_of_hash(const unsigned char *hash, pg_uuid_t *id);
extern void auth_secret_id(text *token, pg_uuid_t *id);
extern void auth_secret_id_of_bytes(const void *bytes, Size length,
									pg_uuid_t *id);
extern void auth_secret_random_id(pg_uuid_t *id);
extern void auth_secret_id_argument(FunctionCallInfo fcinfo, int number,
									pg_uuid_t *id);
extern void *auth_secret_alloc(Size size);
extern void auth_secret_wipe(void *secret, Size size);
extern void auth_secret_letters_of(const char *alphabet, char *out,
								   Size length);
extern void auth_secret_letters(char *out, Size length);
extern text *auth_secret_token(void);
extern text *auth_secret_join(text *token, text *other);

#endif /* AUTH_SECRET_H */
