/*
 * count_slot.c
 *	  Places for counts, as a page holds them.  Pure: no server is needed.
 *
 * Whoever has not failed for the longest time gives way.  So a count lives
 * until as many other names as there are places have failed after it, whatever
 * was prepared before: to prefer counts that are high or still delay anybody
 * would let an attacker take most places for good, once, and then push out
 * each fresh count by a few names.
 */
#include "count/count_slot.h"
#include "server/clock.h"

#define HALF_BITS 16
#define HALF_MASK UINT64_C(0xffff)
#define TIME_MASK UINT64_C(0xffffffffffff)
#define USECS_PER_MSEC 1000

static uint64_t
pack_time(int64_t time)
{
	uint64_t milliseconds = time > 0 ? (uint64_t) (time / USECS_PER_MSEC) : 0;

	return milliseconds < TIME_MASK ? milliseconds : TIME_MASK;
}

/* The carry is less than the time in which a failure is forgotten. */
static uint64_t
pack_carry(int32_t carry, int64_t forget)
{
	return forget > 0 ?
			   ((uint64_t) carry << HALF_BITS) / (uint64_t) forget & HALF_MASK :
			   0;
}

AuthCountSlot
auth_count_pack(uint64_t name, const AuthThrottleCount *count, int64_t forget)
{
	uint64_t failures = (uint64_t) count->failures;

	return (AuthCountSlot){
		.name =
			name << HALF_BITS | (failures < HALF_MASK ? failures : HALF_MASK),
		.time = pack_time(count->failed_at) << HALF_BITS |
				pack_carry(count->carry, forget),
	};
}

void
auth_count_unpack(AuthThrottleCount *count, AuthCountSlot slot, int64_t forget)
{
	count->failures = auth_count_slot_failures(slot);
	count->failed_at = (int64_t) (slot.time >> HALF_BITS) * USECS_PER_MSEC;
	count->carry =
		(int32_t) (((slot.time & HALF_MASK) * (uint64_t) forget) >> HALF_BITS);
}

uint64_t
auth_count_slot_name(AuthCountSlot slot)
{
	return slot.name >> HALF_BITS;
}

int32_t
auth_count_slot_failures(AuthCountSlot slot)
{
	return (int32_t) (slot.name & HALF_MASK);
}

/* Where the name has a count, or AUTH_COUNT_NO_PLACE. */
int
auth_count_find(const AuthCountSlots *slots, uint64_t name)
{
	for (int i = 0; i < slots->used; i++)
	{
		if (auth_count_slot_name(slots->slots[i]) == name &&
			auth_count_slot_failures(slots->slots[i]) > 0)
			return i;
	}
	return AUTH_COUNT_NO_PLACE;
}

/* A place that could be taken; of several the one with the oldest failure. */
typedef struct Candidate
{
	int place;
	int64_t time;
} Candidate;

static void
consider(Candidate *candidate, int place, int64_t time)
{
	if (candidate->place == AUTH_COUNT_NO_PLACE || time < candidate->time)
		*candidate = (Candidate){place, time};
}

/*
 * The time of a count's last failure.  One in the future, which a wrong clock
 * has left, is taken for the oldest: it would never give way.
 */
static int64_t
failure_time(AuthCountSlot slot, int64_t now)
{
	int64_t time = (int64_t) (slot.time >> HALF_BITS) * USECS_PER_MSEC;

	return auth_clock_is_future(time, now) ? 0 : time;
}

/*
 * The place for another name: a free one, one that was never used or, where
 * there is none, that of who has not failed for the longest time.  Counts that
 * have stopped may take a quarter of the page; of more of them the oldest
 * gives way.  AUTH_COUNT_NO_PLACE when all must be kept.
 */
int
auth_count_choose(const AuthCountSlots *slots, const AuthCountKept *kept,
				  int64_t now)
{
	Candidate running = {AUTH_COUNT_NO_PLACE, 0};
	Candidate stopped = {AUTH_COUNT_NO_PLACE, 0};
	int stops = 0;
	Candidate chosen;

	for (int i = 0; i < slots->used; i++)
	{
		int32_t failures = auth_count_slot_failures(slots->slots[i]);
		bool stop = kept->stopped > 0 && failures >= kept->stopped;

		if (failures == 0)
			return i;
		stops += stop;
		consider(stop ? &stopped : &running,
				 i,
				 failure_time(slots->slots[i], now));
	}
	if (slots->used < slots->places)
		return slots->used;
	chosen = stops > slots->places / 4 || running.place == AUTH_COUNT_NO_PLACE ?
				 stopped :
				 running;
	return kept->life > 0 && chosen.time > now - kept->life ?
			   AUTH_COUNT_NO_PLACE :
			   chosen.place;
}
