/*
 * count_slot.h
 *	  Places for counts, as a page holds them.  Pure: no server is needed.
 */
#ifndef AUTH_COUNT_SLOT_H
#define AUTH_COUNT_SLOT_H

#include <stdint.h>

#include "count/throttle_rule.h"

/* Bits of a name: enough that nobody meets another's by chance. */
#define AUTH_COUNT_NAME_BITS 48

/* A place is free when the lower bits of its name, its failures, are 0. */
typedef struct AuthCountSlot
{
	uint64_t name; /* of what is counted, 48 bits; failures, 16 bits */
	uint64_t time; /* of the last, ms since 2000, 48 bits; carry, 16 bits */
} AuthCountSlot;

/* The slots of a page that have ever been used, and how many may be. */
typedef struct AuthCountSlots
{
	const AuthCountSlot *slots;
	int used;
	int places;
} AuthCountSlots;

/* Counts whose places are not simply taken by the next name; 0: none. */
typedef struct AuthCountKept
{
	int32_t stopped; /* with so many failures, up to a quarter of a page */
	int64_t life; /* whose last failure is younger than this, in microseconds */
} AuthCountKept;

#define AUTH_COUNT_NO_PLACE (-1)

extern AuthCountSlot
auth_count_pack(uint64_t name, const AuthThrottleCount *count, int64_t forget);
extern void auth_count_unpack(AuthThrottleCount *count, AuthCountSlot slot,
							  int64_t forget);
extern uint64_t auth_count_slot_name(AuthCountSlot slot);
extern int32_t auth_count_slot_failures(AuthCountSlot slot);
extern int auth_count_find(const AuthCountSlots *slots, uint64_t name);
extern int auth_count_choose(const AuthCountSlots *slots,
							 const AuthCountKept *kept, int64_t now);

#endif /* AUTH_COUNT_SLOT_H */
