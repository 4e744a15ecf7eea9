/*
 * ip.c
 *	  IP addresses of clients, as far as they tell one from another.
 *
 * An IPv6 network of 64 bits is what one customer gets, and so one client
 * here; of IPv4 it is the address.  A site is a network of 48 bits, which is
 * given to whoever asks for more than one (RFC 6177).  ::ffff:192.0.2.1 is
 * 192.0.2.1 as a server sees it that listens on IPv6 (RFC 4291, section
 * 2.5.5.2), and 64:ff9b::192.0.2.1 behind NAT64 (RFC 6052, section 2.1).
 */
#include "postgres.h"

#include "call/ip.h"
#include "call/value.h"

#define V4_BYTES 4
#define V6_BYTES 16
#define V6_NETWORK_BYTES AUTH_IP_BYTES
#define V6_SITE_BYTES 6
#define PREFIX_BYTES 12 /* of those that IPv4 addresses follow */

static int
count_bytes(const AuthIp *ip)
{
	return ip->host.family == PGSQL_AF_INET ? V4_BYTES : V6_BYTES;
}

static int
count_network_bytes(const AuthIp *ip)
{
	return ip->host.family == PGSQL_AF_INET ? V4_BYTES : V6_NETWORK_BYTES;
}

/* Whether the IPv6 address is an IPv4 one in another form. */
static bool
carries_v4(const inet *argument)
{
	static const unsigned char mapped[PREFIX_BYTES] = {[10] = 0xff, 0xff};
	static const unsigned char translated[PREFIX_BYTES] = {0, 0x64, 0xff, 0x9b};

	return ip_family(argument) == PGSQL_AF_INET6 &&
		   (memcmp(ip_addr(argument), mapped, PREFIX_BYTES) == 0 ||
			memcmp(ip_addr(argument), translated, PREFIX_BYTES) == 0);
}

/* An inet argument, whose mask is left aside; NULL is none given. */
void
auth_ip_argument(AuthIp *ip, FunctionCallInfo fcinfo, int number)
{
	inet *argument;
	bool carried;

	memset(ip, 0, sizeof(*ip));
	ip->given = !PG_ARGISNULL(number);
	if (!ip->given)
		return;
	argument = PG_GETARG_INET_PP(number);
	carried = carries_v4(argument);
	ip->host.family = carried ? PGSQL_AF_INET : ip_family(argument);
	ip->host.bits = count_bytes(ip) * BITS_PER_BYTE;
	memcpy(ip->host.ipaddr,
		   ip_addr(argument) + (carried ? PREFIX_BYTES : 0),
		   count_bytes(ip));
}

/*
 * The bytes that tell this network from others of its size; returns how many
 * they are, 0 where the address is in no such network.
 */
Size
auth_ip_network(const AuthIp *ip, AuthNetwork network, unsigned char *bytes)
{
	Size length = count_network_bytes(ip);

	if (network == AUTH_NETWORK_SITE)
		length = ip->host.family == PGSQL_AF_INET ? 0 : V6_SITE_BYTES;
	memcpy(bytes, ip->host.ipaddr, length);
	return length;
}

static Datum
make_datum(const inet_struct *host)
{
	inet *result = palloc0(sizeof(inet));

	result->inet_data = *host;
	SET_INET_VARSIZE(result);
	return InetPGetDatum(result);
}

/* The address as an inet, which is null where none is given and for NULL. */
NullableDatum
auth_ip_value(const AuthIp *ip)
{
	if (ip == NULL || !ip->given)
		return auth_null();
	return auth_datum(make_datum(&ip->host));
}

static Datum
make_end(const AuthIp *ip, int byte)
{
	inet_struct host = ip->host;
	int network = count_network_bytes(ip);

	memset(host.ipaddr + network, byte, count_bytes(ip) - network);
	return make_datum(&host);
}

/* The first and the last address of the client's network. */

Datum
auth_ip_first(const AuthIp *ip)
{
	return make_end(ip, 0);
}

Datum
auth_ip_last(const AuthIp *ip)
{
	return make_end(ip, 0xff);
}
