/*
 * throttle_slot.c
 *	  The table of counts: as many rows as auth_setup() has made, each a place
 *	  for one count, changed in place.
 *
 * The digest of what is counted says on which page its place is (digest.c):
 * nobody can choose names that share a page with somebody's.  When all places
 * of the page are taken, one makes room.  A page counts up to the last that
 * has a row: the server may leave empty ones behind it, as COPY does since
 * PostgreSQL 16 until VACUUM cuts them off, and a restore must not move places.
 *
 * A page is locked for the few microseconds of a look or a change, never for
 * longer, and by no transaction.
 *
 * On a standby nothing can be counted; what the primary has counted is seen.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xlog.h"
#include "storage/bufmgr.h"
#include "utils/timestamp.h"

#include "error.h"
#include "inplace.h"
#include "relation.h"
#include "settings.h"
#include "throttle_slot.h"

/* The columns of auth_throttle, as a row holds them. */
typedef struct Slot
{
	pg_uuid_t digest;
	TimestampTz failed_at;
	int32 failures;
	int32 carry;
} Slot;

/* A page and a place on it. */
typedef struct Place
{
	AuthInplace page;
	OffsetNumber offset; /* InvalidOffsetNumber: none */
} Place;

static void
require_columns(Relation relation)
{
	StaticAssertStmt(sizeof(Slot) == 32 && offsetof(Slot, failed_at) == 16,
					 "a slot is laid out as a row");
	for (int i = 0; i <= AUTH_THROTTLE_CARRY; i++)
	{
		if (auth_relation_attribute(AUTH_THROTTLE, i) != i + 1)
			auth_error_not_set_up("the columns of table \"auth_throttle\" are "
								  "not in their order",
								  NULL);
	}
}

static Slot *
get_slot(HeapTupleHeader row)
{
	return (Slot *) ((char *) row + row->t_hoff);
}

static OffsetNumber
find_offset(AuthInplace *page, const pg_uuid_t *digest)
{
	OffsetNumber last = auth_inplace_last(page);

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		HeapTupleHeader row = auth_inplace_get(page, offset);

		if (row != NULL && get_slot(row)->failures > 0 &&
			memcmp(&get_slot(row)->digest, digest, UUID_LEN) == 0)
			return offset;
	}
	return InvalidOffsetNumber;
}

static bool
has_row(Relation relation, BlockNumber block)
{
	AuthInplace page;
	bool found = false;

	auth_inplace_open(&page, relation, block);
	for (OffsetNumber offset = auth_inplace_last(&page);
		 offset >= FirstOffsetNumber && !found;
		 offset--)
		found = auth_inplace_get(&page, offset) != NULL;
	(void) auth_inplace_close(&page);
	return found;
}

static void
lost_rows(void)
{
	auth_error_not_set_up("table \"auth_throttle\" has lost rows",
						  "Run TRUNCATE auth_throttle, then "
						  "SELECT auth_setup().");
}

/* How many pages have places. */
static BlockNumber
count_pages(Relation relation)
{
	BlockNumber blocks = RelationGetNumberOfBlocks(relation);

	if (blocks == 0)
		auth_error_not_set_up("table \"auth_throttle\" has no rows",
							  "Run SELECT auth_setup().");
	while (blocks > 0 && !has_row(relation, blocks - 1))
		blocks--;
	if (blocks == 0)
		lost_rows();
	return blocks;
}

/* Open the page of the digest, and find its place. */
static void
open_place(Place *place, const pg_uuid_t *digest)
{
	Relation relation = auth_relation_open(AUTH_THROTTLE, RowExclusiveLock);
	uint64 number;

	require_columns(relation);
	memcpy(&number, digest->data, sizeof(number));
	auth_inplace_open(&place->page, relation, number % count_pages(relation));
	place->offset = find_offset(&place->page, digest);
}

static XLogRecPtr
close_place(Place *place)
{
	Relation relation = place->page.relation;
	XLogRecPtr end = auth_inplace_close(&place->page);

	table_close(relation, NoLock);
	return end;
}

static AuthThrottleCount
slot_count(HeapTupleHeader row)
{
	Slot *slot = get_slot(row);

	return (AuthThrottleCount){slot->failures, slot->carry, slot->failed_at};
}

static void
get_count(Place *place, AuthThrottleCount *count)
{
	memset(count, 0, sizeof(*count));
	if (place->offset != InvalidOffsetNumber)
		*count = slot_count(auth_inplace_get(&place->page, place->offset));
}

static void
set_count(Place *place, const pg_uuid_t *digest, const AuthThrottleCount *count)
{
	Slot *slot = get_slot(auth_inplace_change(&place->page, place->offset));

	slot->digest = *digest;
	slot->failed_at = count->failed_at;
	slot->failures = count->failures;
	slot->carry = count->carry;
}

/* Places that could give way on a page. */
typedef struct Choice
{
	int places;
	int stopped;
	OffsetNumber lightest; /* of those that are not stopped */
	int32 weight;
	OffsetNumber oldest; /* of those that are */
	TimestampTz stopped_at;
} Choice;

static void
consider(Choice *choice, OffsetNumber offset, const AuthThrottleCount *count,
		 TimestampTz now)
{
	int32 weight = auth_throttle_weight(count, now);

	choice->places++;
	if (count->failures >= auth_throttle_max_failures)
	{
		choice->stopped++;
		if (choice->oldest == InvalidOffsetNumber ||
			count->failed_at < choice->stopped_at)
		{
			choice->oldest = offset;
			choice->stopped_at = count->failed_at;
		}
	}
	else if (choice->lightest == InvalidOffsetNumber || weight < choice->weight)
	{
		choice->lightest = offset;
		choice->weight = weight;
	}
}

/*
 * The place that gives way: the lightest that is not stopped.  Those that are
 * may take half of the page: of more of them the oldest gives way, or else the
 * rest of the keys would have no counts.  None when the page has no rows.
 */
static OffsetNumber
find_victim(AuthInplace *page, TimestampTz now)
{
	OffsetNumber last = auth_inplace_last(page);
	Choice choice = {0};

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		HeapTupleHeader row = auth_inplace_get(page, offset);
		AuthThrottleCount count;

		if (row == NULL)
			continue;
		count = slot_count(row);
		consider(&choice, offset, &count, now);
	}
	return choice.stopped > choice.places / 2 ? choice.oldest : choice.lightest;
}

static void
no_place(Place *place)
{
	(void) close_place(place);
	lost_rows();
}

static bool
has_consequence(const AuthThrottleCount *count, const AuthThrottleRule *rule)
{
	return count->failures >= rule->free ||
		   (rule->stop > 0 && count->failures >= rule->stop);
}

/*
 * Count a failure in advance, if an attempt is allowed: 0, or how long it has
 * to wait, in microseconds, and nothing is counted.  The count as it is then.
 *
 * What a delay or a stop follows from is flushed to disk before anybody learns
 * of it.
 */
int64
auth_throttle_count(const pg_uuid_t *digest, const AuthThrottleRule *rule,
					AuthThrottleCounted *counted)
{
	TimestampTz now = GetCurrentTimestamp();
	XLogRecPtr end;
	Place place;
	int64 wait;

	open_place(&place, digest);
	get_count(&place, &counted->before);
	auth_throttle_forget(&counted->before, rule, now);
	counted->after = counted->before;
	wait = auth_throttle_wait(&counted->before, rule, now);
	if (wait == 0 && !RecoveryInProgress())
	{
		if (place.offset == InvalidOffsetNumber)
			place.offset = find_victim(&place.page, now);
		if (place.offset == InvalidOffsetNumber)
			no_place(&place);
		auth_throttle_fail(&counted->after, now);
		set_count(&place, digest, &counted->after);
	}
	end = close_place(&place);
	if (has_consequence(&counted->after, rule) && !RecoveryInProgress())
		XLogFlush(end);
	return wait;
}

/* Take back a failure that was counted in advance. */
void
auth_throttle_uncount(const pg_uuid_t *digest,
					  const AuthThrottleCounted *counted)
{
	AuthThrottleCount count;
	Place place;

	if (RecoveryInProgress())
		return;
	open_place(&place, digest);
	get_count(&place, &count);
	if (count.failures > 0)
	{
		auth_throttle_take_back(&count, counted);
		set_count(&place, digest, &count);
	}
	(void) close_place(&place);
}

/* Forget all failures, if there are fewer than so many. */
void
auth_throttle_reset(const pg_uuid_t *digest, int32 below)
{
	AuthThrottleCount count;
	Place place;

	if (RecoveryInProgress())
		return;
	open_place(&place, digest);
	get_count(&place, &count);
	if (count.failures > 0 && count.failures < below)
	{
		count.failures = 0;
		count.carry = 0;
		set_count(&place, digest, &count);
	}
	(void) close_place(&place);
}

/* Whether the table has lost all its rows. */
bool
auth_throttle_is_empty(void)
{
	Relation relation = auth_relation_open(AUTH_THROTTLE, AccessShareLock);
	BlockNumber blocks = RelationGetNumberOfBlocks(relation);

	table_close(relation, NoLock);
	return blocks == 0;
}

/* The count as it is; zeros when there is none. */
void
auth_throttle_look(const pg_uuid_t *digest, AuthThrottleCount *count)
{
	Place place;

	open_place(&place, digest);
	get_count(&place, count);
	(void) close_place(&place);
}
