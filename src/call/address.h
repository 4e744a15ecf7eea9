/*
 * address.h
 *	  Addresses of clients, as far as they tell one from another.
 */
#ifndef AUTH_ADDRESS_H
#define AUTH_ADDRESS_H

#include "postgres.h"

#include <sys/socket.h>

#include "fmgr.h"
#include "utils/inet.h"

#include "server/compat.h"

/* The most that tells one client from another. */
#define AUTH_ADDRESS_BYTES 8

/* Networks that an address is in, from small to large. */
typedef enum AuthNetwork
{
	AUTH_NETWORK_CLIENT, /* what one customer gets */
	AUTH_NETWORK_SITE	 /* what one may get who asks for more; IPv6 only */
} AuthNetwork;

/* An address without a mask; an IPv4 one that IPv6 carries is taken as such. */
typedef struct AuthAddress
{
	bool given;
	inet_struct host;
} AuthAddress;

extern void auth_address_argument(AuthAddress *address, FunctionCallInfo fcinfo,
								  int number);
extern Size auth_address_network(const AuthAddress *address,
								 AuthNetwork network, unsigned char *bytes);
extern Datum auth_address_datum(const AuthAddress *address);
extern Datum auth_address_first(const AuthAddress *address);
extern Datum auth_address_last(const AuthAddress *address);

#endif /* AUTH_ADDRESS_H */
