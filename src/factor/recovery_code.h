/*
 * recovery_code.h
 *	  Recovery codes: the way in for whoever has lost the other factors.
 */
#ifndef AUTH_RECOVERY_CODE_H
#define AUTH_RECOVERY_CODE_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* How many codes of a set are left, and since when there is one. */
typedef struct AuthRecoveryCodes
{
	int64 count;
	NullableDatum created_at; /* null: there are none */
} AuthRecoveryCodes;

extern NullableDatum auth_recovery_code_make(text *user_id);
extern bool auth_recovery_code_use(text *user_id, text *code);
extern AuthRecoveryCodes auth_recovery_code_look(text *user_id);
extern uint64 auth_recovery_code_end(text *user_id);

#endif /* AUTH_RECOVERY_CODE_H */
