/*
 * outbox.h
 *	  Messages that a worker outside the server is to send.
 */
#ifndef AUTH_OUTBOX_H
#define AUTH_OUTBOX_H

#include "postgres.h"

#include "call/key_id.h"
#include "outbox/outbox_seal.h"

extern void auth_outbox_insert(const AuthMessage *message);
extern void auth_outbox_add_notice(const char *purpose, text *user_id,
								   const AuthKeyId *key, Jsonb *data);
extern void auth_outbox_notify(void);

#endif /* AUTH_OUTBOX_H */
