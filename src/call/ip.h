/*
 * ip.h
 *	  IP addresses of clients, as far as they tell one from another.
 */
#ifndef AUTH_IP_H
#define AUTH_IP_H

#include "postgres.h"

#include <sys/socket.h>

#include "fmgr.h"
#include "utils/inet.h"

#include "server/compat.h"

/* The most bytes of an address that tell one client from another. */
#define AUTH_IP_BYTES 8

/* Networks that an address is in, from small to large. */
typedef enum AuthNetwork
{
	AUTH_NETWORK_CLIENT, /* what one customer gets */
	AUTH_NETWORK_SITE	 /* what one may get who asks for more; IPv6 only */
} AuthNetwork;

/* An address without a mask; an IPv4 one that IPv6 carries is taken as such. */
typedef struct AuthIp
{
	bool given;
	inet_struct host;
} AuthIp;

extern void auth_ip_argument(AuthIp *ip, FunctionCallInfo fcinfo, int number);
extern Size auth_ip_network(const AuthIp *ip, AuthNetwork network,
							unsigned char *bytes);
extern NullableDatum auth_ip_value(const AuthIp *ip);
extern Datum auth_ip_first(const AuthIp *ip);
extern Datum auth_ip_last(const AuthIp *ip);

#endif /* AUTH_IP_H */
