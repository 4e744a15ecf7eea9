/*
 * key_proof.h
 *	  Which of a user's keys somebody has proven, and what else there is.
 */
#ifndef AUTH_KEY_PROOF_H
#define AUTH_KEY_PROOF_H

#include "postgres.h"

#include "call/key_id.h"

/* The reason that the record gives for what the first proof ends. */
#define AUTH_KEY_FIRST_PROOF "first_proof"

extern bool auth_key_proof_of_user(text *user_id);
extern bool auth_key_proof_address(text *user_id, AuthKeyId *id);
extern bool auth_key_proof_unproven(text *user_id, AuthKeyId *id);
extern void auth_key_proof_mark(text *user_id, const AuthKeyId *id,
								const char *reason);
extern void auth_key_proof_delete_others(text *user_id, const AuthKeyId *id);
extern void auth_key_proof_release(const AuthKeyId *id, const char *reason);
extern void auth_key_proof_remove_passwords(text *user_id);

#endif /* AUTH_KEY_PROOF_H */
