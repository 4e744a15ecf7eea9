/*
 * proof.h
 *	  What a token that came back has proven.
 */
#ifndef AUTH_PROOF_H
#define AUTH_PROOF_H

#include "postgres.h"

#include "fmgr.h"

#include "token/token.h"
#include "user/user_row.h"

typedef struct AuthProof
{
	AuthToken token;	/* with the key that it is about, if any */
	AuthHeldUser user;	/* of a token that was taken */
	text *session_user; /* whose session the prover has, too; or NULL */
	bool first;			/* the user had not been proven by any key */
} AuthProof;

extern text *auth_proof_session_argument(FunctionCallInfo fcinfo, int number);
extern bool auth_proof_is_first(const AuthToken *token);
extern bool auth_proof_take(AuthProof *proof, bool lock);
extern void auth_proof_accept(AuthProof *proof);
extern void auth_proof_end_access(const AuthProof *proof);

#endif /* AUTH_PROOF_H */
