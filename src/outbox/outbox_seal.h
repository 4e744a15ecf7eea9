/*
 * outbox_seal.h
 *	  Encryption of the tokens in the outbox.
 */
#ifndef AUTH_OUTBOX_SEAL_H
#define AUTH_OUTBOX_SEAL_H

#include "postgres.h"

#include "outbox/outbox.h"

extern AuthSealed auth_outbox_seal(const AuthMessage *message);
extern const char *auth_outbox_open(AuthMessage *message, AuthSealed sealed);
extern void auth_outbox_init(void);

#endif /* AUTH_OUTBOX_SEAL_H */
