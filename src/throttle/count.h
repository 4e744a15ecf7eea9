/*
 * count.h
 *	  Counts of failures, kept past transactions.
 */
#ifndef AUTH_COUNT_H
#define AUTH_COUNT_H

#include "postgres.h"

#include "storage/buf.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "count/count_page.h"
#include "count/throttle_rule.h"

/* Items that are counted together: as many pages as a WAL record takes. */
#define AUTH_COUNT_MAX_ITEMS 4

/* What becomes of a count. */
typedef enum AuthCountAction
{
	AUTH_COUNT_TAKE_BACK, /* the failure that was counted in advance */
	AUTH_COUNT_FORGET	  /* all failures, if there are fewer than "below" */
} AuthCountAction;

typedef struct AuthCountItem
{
	AuthCountKind kind;
	uint64 name;
	AuthThrottleRule rule;
	int64 life; /* its place is kept for so long, in microseconds */

	/* How it was counted. */
	AuthThrottleCounted counted;
	AuthCountSlot pushed_out; /* free: nobody was */

	AuthCountAction action;
	int32 below;

	/* While its page is locked. */
	BlockNumber block;
	Buffer buffer;
	int place;
	bool changed;
	AuthCountSlot slot; /* as it is going to be */
} AuthCountItem;

extern uint64 auth_count_name(const pg_uuid_t *digest);
extern int64 auth_count_add(AuthCountItem *items, int count);
extern void auth_count_change(AuthCountItem *items, int count);
extern void auth_count_forget(AuthCountKind kind, const pg_uuid_t *digest);
extern void auth_count_look(AuthCountItem *item, AuthThrottleCount *count);

#endif /* AUTH_COUNT_H */
