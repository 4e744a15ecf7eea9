/*
 * delivery.h
 *	  What becomes of a message that was handed out.
 */
#ifndef AUTH_DELIVERY_H
#define AUTH_DELIVERY_H

#include "postgres.h"

#include "outbox/outbox_seal.h"
#include "table/statement.h"

extern TimestampTz auth_delivery_retry_at(const AuthMessage *message);
extern bool auth_delivery_fail(AuthExecution *execution,
							   const AuthMessage *message, const text *reason,
							   TimestampTz retry_at);

extern int auth_outbox_attempts;
extern int auth_outbox_retention; /* seconds */

extern void auth_delivery_init(void);

#endif /* AUTH_DELIVERY_H */
