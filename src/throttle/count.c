/*
 * count.c
 *	  Counts of failures, kept past transactions in the pages of an index.
 *
 * What is counted here is there for everybody at once and stays when the
 * transaction is rolled back, as with sequences.  It is logged as generic WAL,
 * so that crash recovery and standbys know it.
 *
 * The parts of an attempt, such as its key and its network, are counted all or
 * none, in one record.  Items come in the order of their kinds, which is that
 * of their pages, each of another: so pages are locked in ascending order.
 * Nothing can be interrupted while they are.
 *
 * Locks on table and index are given back at once: counts are no part of the
 * transaction, and an open one must not hold up REINDEX.
 *
 * On a standby nothing can be counted; what the primary has counted is seen.
 */
#include "postgres.h"

#include "access/generic_xlog.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xlog.h"
#include "pgstat.h"
#include "port/pg_bswap.h"
#include "storage/bufmgr.h"
#include "utils/timestamp.h"

#include "call/error.h"
#include "count/count_method.h"
#include "count/count_page.h"
#include "table/relation.h"
#include "throttle/count.h"

#define USECS_PER_MSEC 1000

/* The index, and the table that it is on. */
typedef struct Counts
{
	Relation table;
	Relation index;
	BlockNumber blocks;
} Counts;

/* What is counted, by a digest that nobody outside can foresee. */
uint64
auth_count_name(const pg_uuid_t *digest)
{
	uint64 number;

	memcpy(&number, digest->data, sizeof(number));
	return pg_ntoh64(number) >> (64 - AUTH_COUNT_NAME_BITS);
}

static void
not_as_built(void)
{
	auth_error_not_set_up("the index of table \"auth_throttle\" that counts "
						  "are kept in is not as it was built",
						  "Run REINDEX TABLE auth_throttle.");
}

static void
close_counts(Counts *counts)
{
	relation_close(counts->index, AccessShareLock);
	table_close(counts->table, AccessShareLock);
}

/*
 * The index may have been replaced before it was locked (REINDEX
 * CONCURRENTLY); then the message about that has arrived with the lock.
 */
static void
open_counts(Counts *counts)
{
	for (;;)
	{
		counts->table = auth_relation_open(AUTH_THROTTLE, AccessShareLock);
		counts->index =
			try_relation_open(auth_relation_location(AUTH_THROTTLE)->counts,
							  AccessShareLock);
		if (counts->index != NULL && auth_count_is_index(counts->index))
			break;
		if (counts->index != NULL)
			relation_close(counts->index, AccessShareLock);
		table_close(counts->table, AccessShareLock);
	}
	pgstat_count_index_scan(counts->index);
	counts->blocks = RelationGetNumberOfBlocks(counts->index);
	if (!auth_count_page_is_size(counts->blocks))
		not_as_built();
}

static AuthCountSlots
get_slots(const AuthCountItem *item)
{
	return auth_count_page_slots(BufferGetPage(item->buffer));
}

static void
find_place(AuthCountItem *item)
{
	AuthCountSlots slots = get_slots(item);

	item->place = auth_count_find(&slots, item->name);
}

static bool
are_sound(const Counts *counts, const AuthCountItem *items, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (!auth_count_page_is_sound(BufferGetPage(items[i].buffer),
									  items[i].kind,
									  items[i].block,
									  counts->blocks))
			return false;
	}
	return true;
}

static void
unlock_pages(AuthCountItem *items, int count)
{
	for (int i = 0; i < count; i++)
		UnlockReleaseBuffer(items[i].buffer);
}

/* Read all pages and then lock them: what reading raises comes before that. */
static void
lock_pages(const Counts *counts, AuthCountItem *items, int count, int mode)
{
	for (int i = 0; i < count; i++)
	{
		Assert(i == 0 || items[i - 1].kind < items[i].kind);
		items[i].block =
			auth_count_page_block(items[i].kind, items[i].name, counts->blocks);
		items[i].buffer = ReadBuffer(counts->index, items[i].block);
		items[i].changed = false;
	}
	for (int i = 0; i < count; i++)
		LockBuffer(items[i].buffer, mode);
	if (!are_sound(counts, items, count))
	{
		unlock_pages(items, count);
		not_as_built();
	}
	for (int i = 0; i < count; i++)
		find_place(&items[i]);
}

static AuthCountSlot
current_slot(const AuthCountItem *item)
{
	return get_slots(item).slots[item->place];
}

static void
get_count(const AuthCountItem *item, AuthThrottleCount *count)
{
	memset(count, 0, sizeof(*count));
	if (item->place != AUTH_COUNT_NO_PLACE)
		auth_count_unpack(count, current_slot(item), item->rule.forget);
}

static void
set_count(AuthCountItem *item, const AuthThrottleCount *count)
{
	item->slot = auth_count_pack(item->name, count, item->rule.forget);
	item->changed = true;
}

/*
 * Write the pages that have changed as one WAL record; returns where it ends.
 */
static XLogRecPtr
write_pages(const Counts *counts, AuthCountItem *items, int count)
{
	GenericXLogState *state = NULL;

	for (int i = 0; i < count; i++)
	{
		if (!items[i].changed)
			continue;
		if (state == NULL)
			state = GenericXLogStart(counts->index);
		auth_count_page_put(GenericXLogRegisterBuffer(state,
													  items[i].buffer,
													  0),
							items[i].place,
							items[i].slot);
	}
	return state == NULL ? InvalidXLogRecPtr : GenericXLogFinish(state);
}

/* How long the attempt has to wait for this part of it. */
static int64
look(AuthCountItem *item, TimestampTz now)
{
	get_count(item, &item->counted.before);
	auth_throttle_forget(&item->counted.before, &item->rule, now);
	item->counted.after = item->counted.before;
	return auth_throttle_wait(&item->counted.before, &item->rule, now);
}

/* Whether the item has a place, its own or somebody's who gives way. */
static bool
take_place(AuthCountItem *item, TimestampTz now)
{
	AuthCountSlots slots = get_slots(item);
	AuthCountKept kept = {item->life > 0 ? 0 : item->rule.stop, item->life};

	item->pushed_out = (AuthCountSlot){0};
	if (item->place != AUTH_COUNT_NO_PLACE)
		return true;
	item->place = auth_count_choose(&slots, &kept, now);
	if (item->place == AUTH_COUNT_NO_PLACE)
		return false;
	if (item->place < slots.used)
		item->pushed_out = slots.slots[item->place];
	return true;
}

/*
 * Count a failure of each item in advance, if the attempt is allowed by all:
 * 0, or how long it has to wait.  The time is taken under the locks: who has
 * waited for them must not find the failures of others in the future.
 */
static int64
add(AuthCountItem *items, int count, bool writable)
{
	TimestampTz now = GetCurrentTimestamp() / USECS_PER_MSEC * USECS_PER_MSEC;
	int64 wait = 0;

	for (int i = 0; i < count; i++)
		wait = Max(wait, look(&items[i], now));
	if (wait > 0 || !writable)
		return wait;
	for (int i = 0; i < count; i++)
	{
		if (!take_place(&items[i], now))
			return AUTH_THROTTLE_STOPPED;
	}
	for (int i = 0; i < count; i++)
	{
		auth_throttle_fail(&items[i].counted.after, now);
		set_count(&items[i], &items[i].counted.after);
	}
	return 0;
}

/*
 * What a delay or a stop follows from is flushed to disk before anybody learns
 * of it.  Messages are counted for keys that exist only, and the flush of one
 * would tell them.
 */
static bool
has_consequence(const AuthCountItem *item)
{
	int32 failures = item->counted.after.failures;

	return item->kind != AUTH_COUNT_MESSAGE &&
		   (failures >= item->rule.free ||
			(item->rule.stop > 0 && failures >= item->rule.stop));
}

static void
flush(const AuthCountItem *items, int count, XLogRecPtr end)
{
	bool consequence = false;

	for (int i = 0; i < count; i++)
		consequence = consequence || has_consequence(&items[i]);
	if (consequence)
		XLogFlush(end);
	else
		XLogSetAsyncXactLSN(end);
}

/*
 * Count a failure of each item in advance, if an attempt is allowed: 0, or how
 * long it has to wait, in microseconds, and nothing is counted.
 * AUTH_THROTTLE_STOPPED also where no place may be taken.
 */
int64
auth_count_add(AuthCountItem *items, int count)
{
	bool writable = !RecoveryInProgress();
	XLogRecPtr end = InvalidXLogRecPtr;
	Counts counts;
	int64 wait;

	open_counts(&counts);
	lock_pages(&counts,
			   items,
			   count,
			   writable ? BUFFER_LOCK_EXCLUSIVE : BUFFER_LOCK_SHARE);
	wait = add(items, count, writable);
	if (wait == 0)
		end = write_pages(&counts, items, count);
	unlock_pages(items, count);
	close_counts(&counts);
	if (!XLogRecPtrIsInvalid(end))
		flush(items, count, end);
	return wait;
}

/* Whether somebody was pushed out who has no other place by now. */
static bool
is_missed(const AuthCountItem *item)
{
	AuthCountSlots slots = get_slots(item);

	return auth_count_slot_failures(item->pushed_out) > 0 &&
		   auth_count_find(&slots, auth_count_slot_name(item->pushed_out)) ==
			   AUTH_COUNT_NO_PLACE;
}

/* A count that leaves its place puts back whom it has pushed out. */
static void
take_back(AuthCountItem *item, AuthThrottleCount *count)
{
	auth_throttle_take_back(count, &item->counted);
	set_count(item, count);
	if (count->failures == 0 && is_missed(item))
		item->slot = item->pushed_out;
}

static void
change(AuthCountItem *item)
{
	AuthThrottleCount count;

	get_count(item, &count);
	if (count.failures == 0)
		return;
	if (item->action == AUTH_COUNT_TAKE_BACK)
		take_back(item, &count);
	else if (count.failures < item->below)
		set_count(item, &(AuthThrottleCount){0});
}

/* Take back what was counted, or forget it, each item as it says. */
void
auth_count_change(AuthCountItem *items, int count)
{
	XLogRecPtr end;
	Counts counts;

	if (count == 0 || RecoveryInProgress())
		return;
	open_counts(&counts);
	lock_pages(&counts, items, count, BUFFER_LOCK_EXCLUSIVE);
	for (int i = 0; i < count; i++)
		change(&items[i]);
	end = write_pages(&counts, items, count);
	unlock_pages(items, count);
	close_counts(&counts);
	if (!XLogRecPtrIsInvalid(end))
		XLogSetAsyncXactLSN(end);
}

/* Forget all failures. */
void
auth_count_forget(AuthCountKind kind, const pg_uuid_t *digest)
{
	AuthCountItem item = {.kind = kind,
						  .name = auth_count_name(digest),
						  .action = AUTH_COUNT_FORGET,
						  .below = PG_INT32_MAX};

	auth_count_change(&item, 1);
}

/* The count of the item's name as it is; zeros when there is none. */
void
auth_count_look(AuthCountItem *item, AuthThrottleCount *count)
{
	Counts counts;

	open_counts(&counts);
	lock_pages(&counts, item, 1, BUFFER_LOCK_SHARE);
	get_count(item, count);
	unlock_pages(item, 1);
	close_counts(&counts);
}
