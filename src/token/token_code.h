/*
 * token_code.h
 *	  One-time codes: short enough to be typed, and to be guessed.
 */
#ifndef AUTH_TOKEN_CODE_H
#define AUTH_TOKEN_CODE_H

#include "postgres.h"

#include "token/token.h"

extern void auth_token_code_issue(AuthToken *token);
extern bool auth_token_code_use(AuthToken *token, text *code);
extern void auth_token_code_init(void);

#endif /* AUTH_TOKEN_CODE_H */
