/*
 * count_slot.c
 *	  Tests of the places of counts, and of who gives way.
 */
#include <string.h>

#include "count/count_slot.h"
#include "unit.h"

#define SECOND INT64_C(1000000)
#define NOW (100000 * SECOND)
#define PLACES 8

static const AuthCountKept keys = {.stopped = 100};
static const AuthCountKept codes = {.life = 600 * SECOND};

static AuthCountSlot
make(uint64_t name, int32_t failures, int64_t failed_at)
{
	AuthThrottleCount count = {.failures = failures, .failed_at = failed_at};

	return auth_count_pack(name, &count, 0);
}

/* So many used places, with the oldest count in front. */
static AuthCountSlots
fill(AuthCountSlot *slots, int used, int32_t failures)
{
	for (int i = 0; i < used; i++)
		slots[i] = make(i + 1, failures, NOW - (PLACES - i) * SECOND);
	return (AuthCountSlots){slots, used, PLACES};
}

static void
packed_and_unpacked(void)
{
	AuthThrottleCount count = {7, 1234, 123456789 * INT64_C(1000)};
	AuthCountSlot slot =
		auth_count_pack(UINT64_C(0xfedcba987654), &count, 60000);
	AuthThrottleCount read;

	CHECK(auth_count_slot_name(slot) == UINT64_C(0xfedcba987654));
	auth_count_unpack(&read, slot, 60000);
	CHECK(read.failures == 7 && read.failed_at == count.failed_at);

	/* Rounded down: what is forgotten is never forgotten too early. */
	CHECK(read.carry <= 1234 && read.carry >= 1233);
	count.carry = 59999;
	auth_count_unpack(&read, auth_count_pack(1, &count, 60000), 60000);
	CHECK(read.carry <= 59999 && read.carry >= 59998);
	CHECK(read.failures == 7);
}

static void
limits_of_a_slot(void)
{
	AuthThrottleCount count = {.failures = INT32_MAX, .failed_at = INT64_MAX};
	AuthThrottleCount read;

	auth_count_unpack(&read, auth_count_pack(1, &count, 0), 0);
	CHECK(read.failures == 65535 && read.carry == 0);
	CHECK(read.failed_at > 0);
	count.failed_at = -SECOND;
	auth_count_unpack(&read, auth_count_pack(1, &count, 0), 0);
	CHECK(read.failed_at == 0);
	count.failed_at = INT64_MIN;
	auth_count_unpack(&read, auth_count_pack(1, &count, 0), 0);
	CHECK(read.failed_at == 0);

	/* Whatever a page has in it. */
	memset(&count, 0, sizeof(count));
	auth_count_unpack(&read,
					  (AuthCountSlot){UINT64_MAX, UINT64_MAX},
					  INT64_C(86400000));
	CHECK(read.failures == 65535 && read.carry < 86400000 &&
		  read.failed_at > 0);
}

static void
found(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, 5, 3);

	CHECK(auth_count_find(&page, 1) == 0);
	CHECK(auth_count_find(&page, 5) == 4);
	CHECK(auth_count_find(&page, 6) == AUTH_COUNT_NO_PLACE);
	slots[4] = make(5, 0, NOW);
	CHECK(auth_count_find(&page, 5) == AUTH_COUNT_NO_PLACE);
	page.used = 0;
	CHECK(auth_count_find(&page, 1) == AUTH_COUNT_NO_PLACE);
}

static void
free_places_first(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, 5, 3);

	CHECK(auth_count_choose(&page, &keys, NOW) == 5);
	slots[3] = make(4, 0, NOW);
	CHECK(auth_count_choose(&page, &keys, NOW) == 3);
	page.used = 0;
	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
}

/* However often it has failed. */
static void
the_oldest_gives_way(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, PLACES, 3);

	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
	slots[0] = make(1, 99, NOW - 100 * SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
	slots[0] = make(1, 1, NOW);
	CHECK(auth_count_choose(&page, &keys, NOW) == 1);
}

/* Or else places of a wrong clock would be taken for good. */
static void
the_future_is_the_oldest(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, PLACES, 3);

	slots[4] = make(5, 3, NOW + 7200 * SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 4);

	/* A little ahead is no wrong clock, and no reason to keep a place. */
	slots[4] = make(5, 3, NOW + SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
	for (int i = 0; i < PLACES; i++)
		slots[i] = make(i + 1, 3, NOW + SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
}

static void
stops_stay_in_a_quarter(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, PLACES, 3);

	slots[0] = make(1, 100, NOW - 900 * SECOND);
	slots[1] = make(2, 100, NOW - 999 * SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 2);
	slots[2] = make(3, 101, NOW - 800 * SECOND);
	CHECK(auth_count_choose(&page, &keys, NOW) == 1);
	page = fill(slots, PLACES, 100);
	CHECK(auth_count_choose(&page, &keys, NOW) == 0);
}

static void
codes_stay_as_long_as_they_live(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, PLACES, 100);

	CHECK(auth_count_choose(&page, &codes, NOW) == AUTH_COUNT_NO_PLACE);
	slots[6] = make(7, 1, NOW - 599 * SECOND);
	CHECK(auth_count_choose(&page, &codes, NOW) == AUTH_COUNT_NO_PLACE);
	slots[6] = make(7, 100, NOW - 600 * SECOND);
	CHECK(auth_count_choose(&page, &codes, NOW) == 6);
	slots[6] = make(7, 0, NOW);
	CHECK(auth_count_choose(&page, &codes, NOW) == 6);
}

/* What a flood has to cost: as many other names as there are places. */
static void
a_flood_of_names(void)
{
	AuthCountSlot slots[PLACES];
	AuthCountSlots page = fill(slots, PLACES, 99);
	int64_t now = NOW;
	int names = 0;

	slots[3] = make(77, 4, now);
	while (auth_count_find(&page, 77) != AUTH_COUNT_NO_PLACE)
	{
		now += SECOND;
		slots[auth_count_choose(&page, &keys, now)] =
			make(1000 + names, 1, now);
		names++;
	}
	CHECK(names == PLACES);
}

void
test_count_slot(void)
{
	packed_and_unpacked();
	limits_of_a_slot();
	found();
	free_places_first();
	the_oldest_gives_way();
	the_future_is_the_oldest();
	stops_stay_in_a_quarter();
	codes_stay_as_long_as_they_live();
	a_flood_of_names();
}
