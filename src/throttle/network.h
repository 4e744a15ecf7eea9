/*
 * network.h
 *	  Counts of the networks that clients come from.
 */
#ifndef AUTH_NETWORK_H
#define AUTH_NETWORK_H

#include "postgres.h"

#include "utils/uuid.h"

#include "call/ip.h"
#include "secret/digest.h"
#include "throttle/count.h"

/* Of an IP address: its network and its site. */
#define AUTH_NETWORK_ITEMS 2

extern bool auth_network_digest(pg_uuid_t *digest, AuthDigestKind kind,
								const AuthIp *ip, AuthNetwork network);
extern int auth_network_items(AuthCountItem *items, AuthDigestKind digest,
							  const AuthIp *ip);
extern int64 auth_network_count_request(const AuthIp *ip);
extern void auth_network_forget(const AuthIp *ip);

extern int auth_throttle_delay;		/* milliseconds */
extern int auth_throttle_max_delay; /* seconds */

extern void auth_network_init(void);

#endif /* AUTH_NETWORK_H */
