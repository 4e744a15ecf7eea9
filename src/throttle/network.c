/*
 * network.c
 *	  Counts of the networks that clients come from.
 *
 * An IPv6 address counts twice, against its network and against the site of
 * 65,536 networks that this is in, which may fail ten times as often: somebody
 * who has a site is to gain little by it, and who shares one is to lose
 * little.
 *
 * Attempts, which cost a hash, and what costs none are counted in pages of
 * their own.
 */
#include "postgres.h"

#include <limits.h>

#include "datatype/timestamp.h"

#include "server/setting.h"
#include "throttle/network.h"

static int throttle_address_failures;
static int throttle_address_forget; /* seconds */
int auth_throttle_delay;
int auth_throttle_max_delay;

static const AuthIntSetting settings[] = {
	{"auth.throttle_address_failures",
	 "Failed attempts of an address from which on a delay follows.",
	 &throttle_address_failures,
	 30,
	 1,
	 INT_MAX,
	 0},
	{"auth.throttle_address_forget",
	 "Time in which one failed attempt of an address is forgotten.",
	 &throttle_address_forget,
	 60,
	 1,
	 24 * 60 * 60,
	 GUC_UNIT_S},
	{"auth.throttle_delay",
	 "Delay that follows failed attempts; it doubles with each more.",
	 &auth_throttle_delay,
	 1000,
	 0,
	 60 * 60 * 1000,
	 GUC_UNIT_MS},
	{"auth.throttle_max_delay",
	 "Longest delay that follows failed attempts.",
	 &auth_throttle_max_delay,
	 15 * 60,
	 0,
	 24 * 60 * 60,
	 GUC_UNIT_S},
};

void
auth_network_init(void)
{
	auth_setting_ints(settings, lengthof(settings));
}

#define USECS_PER_MSEC 1000
#define MSECS_PER_SEC 1000
#define SITE_FACTOR 10

static AuthThrottleRule
network_rule(void)
{
	return (AuthThrottleRule){
		.free = throttle_address_failures,
		.delay = (int64) auth_throttle_delay * USECS_PER_MSEC,
		.max_delay = (int64) auth_throttle_max_delay * USECS_PER_SEC,
		.forget = (int64) throttle_address_forget * MSECS_PER_SEC,
	};
}

static AuthThrottleRule
rule_of(AuthNetwork network)
{
	AuthThrottleRule rule = network_rule();

	if (network == AUTH_NETWORK_SITE)
	{
		rule.free = Min(rule.free, PG_INT32_MAX / SITE_FACTOR) * SITE_FACTOR;
		rule.forget /= SITE_FACTOR;
	}
	return rule;
}

static AuthCountKind
kind_of(AuthDigestKind digest, AuthNetwork network)
{
	AuthCountKind kind = digest == AUTH_DIGEST_IP ? AUTH_COUNT_NETWORK :
													AUTH_COUNT_REQUEST_NETWORK;

	return kind + network;
}

/*
 * The digest of the network that the IP address is in; false when it is in none
 * of this size.
 */
bool
auth_network_digest(pg_uuid_t *digest, AuthDigestKind kind, const AuthIp *ip,
					AuthNetwork network)
{
	unsigned char bytes[AUTH_IP_BYTES];
	AuthDigestPart part = {bytes, auth_ip_network(ip, network, bytes)};

	auth_digest(digest, kind, &part, 1);
	return part.length > 0;
}

/* What is to be counted for an IP address, if one is given; how many items. */
int
auth_network_items(AuthCountItem *items, AuthDigestKind digest,
				   const AuthIp *ip)
{
	int count = 0;

	StaticAssertStmt(AUTH_COUNT_SITE == AUTH_COUNT_NETWORK + 1 &&
						 AUTH_COUNT_REQUEST_SITE ==
							 AUTH_COUNT_REQUEST_NETWORK + 1,
					 "sites follow networks");
	for (AuthNetwork network = AUTH_NETWORK_CLIENT;
		 ip->given && network <= AUTH_NETWORK_SITE;
		 network++)
	{
		pg_uuid_t name;

		if (auth_network_digest(&name, digest, ip, network))
			items[count++] = (AuthCountItem){.kind = kind_of(digest, network),
											 .name = auth_count_name(&name),
											 .rule = rule_of(network)};
	}
	return count;
}

/*
 * Count a request, which costs no hash, for the IP in advance: 0, or how long it
 * has to wait, in microseconds, and nothing is counted.
 */
int64
auth_network_count_request(const AuthIp *ip)
{
	AuthCountItem items[AUTH_NETWORK_ITEMS];
	int count = auth_network_items(items, AUTH_DIGEST_MESSAGE_IP, ip);

	return count == 0 ? 0 : auth_count_add(items, count);
}

/* Forget all that was counted for the networks of the IP address. */
void
auth_network_forget(const AuthIp *ip)
{
	static const AuthDigestKind digests[] = {AUTH_DIGEST_IP,
											 AUTH_DIGEST_MESSAGE_IP};

	for (int i = 0; i < lengthof(digests); i++)
	{
		AuthCountItem items[AUTH_NETWORK_ITEMS];
		int count = auth_network_items(items, digests[i], ip);

		for (int j = 0; j < count; j++)
		{
			items[j].action = AUTH_COUNT_FORGET;
			items[j].below = PG_INT32_MAX;
		}
		auth_count_change(items, count);
	}
}
