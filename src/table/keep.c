/*
 * keep.c
 *	  Rows that stay, whatever becomes of their transaction.
 *
 * A row that the transaction has inserted is frozen: it is there for everybody
 * at once and for good.  Its page is locked exclusively and logged as generic
 * WAL, so that crash recovery and standbys know it.
 *
 * The owner shapes the table, and a row that stays must be read rightly when
 * all else is rolled back.  It is left to the transaction, as any row, where
 * what it means could be rolled back: its definition or an index of it may have
 * been changed; a column or an index entry, of the whole row for one, has a
 * type that is not the server's own and could have been changed, too; a part
 * of it is stored out of line; or it is not the newest version any more.  Nor
 * is it kept where a constraint that it meets could be rolled back: the row
 * that a foreign key leads to, or a check for duplicates at the commit.
 *
 * Nor while an index is being built concurrently.  The build adds the rows that
 * its snapshot sees and that had no entry before it looked; a frozen row is seen
 * by every snapshot, and got its entry by its own insertion: it would have two.
 * In a unique index the build fails by that, and so a row that must stay stays.
 * The build waits for all who had locked the table before they could know of it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/generic_xlog.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_am.h"
#include "storage/bufmgr.h"
#include "storage/itemptr.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"

#include "table/keep.h"

static bool
has_changeable_type(Relation relation)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	for (int i = 0; i < descriptor->natts; i++)
	{
		if (TupleDescAttr(descriptor, i)->atttypid >= FirstNormalObjectId)
			return true;
	}
	return false;
}

/*
 * Whether the transaction may have changed the relation: it holds a lock that
 * changes take, the weakest of which is the ShareLock of REINDEX.
 */
static bool
may_change(Relation relation)
{
	return CheckRelationLockedByMe(relation, ShareLock, true) ||
		   has_changeable_type(relation);
}

static bool
index_may_change(Oid oid, bool must, bool *unfinished)
{
	Relation index = index_open(oid, AccessShareLock);
	bool changing = may_change(index) || !index->rd_index->indimmediate;

	if (!index->rd_index->indisvalid && !(must && index->rd_index->indisunique))
		*unfinished = true;
	index_close(index, AccessShareLock);
	return changing;
}

/*
 * Whether somebody may be building the index that is not finished, and not left
 * over from a build that failed: that takes the lock for all of its time.
 */
static bool
is_being_built(Relation relation)
{
	if (!ConditionalLockRelation(relation, ShareUpdateExclusiveLock))
		return true;
	UnlockRelation(relation, ShareUpdateExclusiveLock);
	return false;
}

/* Whether what the row means could be rolled back. */
static bool
meaning_may_change(Relation relation, bool must)
{
	List *indexes = RelationGetIndexList(relation);
	bool changing =
		may_change(relation) || RelationGetFKeyList(relation) != NIL;
	bool unfinished = false;
	ListCell *cell;

	foreach (cell, indexes)
		changing =
			changing || index_may_change(lfirst_oid(cell), must, &unfinished);
	list_free(indexes);
	return changing || (unfinished && is_being_built(relation));
}

/* Whether the row is whole by itself and this transaction's newest version. */
static bool
is_own(Relation relation, Buffer buffer, ItemPointer tid)
{
	OffsetNumber offset = ItemPointerGetOffsetNumber(tid);
	Page page = BufferGetPage(buffer);
	HeapTupleData tuple;
	ItemId item;

	if (PageIsNew(page) || offset > PageGetMaxOffsetNumber(page))
		return false;
	item = PageGetItemId(page, offset);
	if (!ItemIdIsNormal(item))
		return false;
	tuple.t_tableOid = RelationGetRelid(relation);
	tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
	tuple.t_len = ItemIdGetLength(item);
	tuple.t_self = *tid;
	return HeapTupleSatisfiesVisibility(&tuple, SnapshotSelf, buffer) &&
		   TransactionIdIsCurrentTransactionId(
			   HeapTupleHeaderGetXmin(tuple.t_data)) &&
		   (tuple.t_data->t_infomask & HEAP_XMAX_INVALID) != 0 &&
		   !HeapTupleHasExternal(&tuple);
}

static void
freeze(Relation relation, Buffer buffer, OffsetNumber offset)
{
	GenericXLogState *change = GenericXLogStart(relation);
	Page page = GenericXLogRegisterBuffer(change, buffer, 0);

	HeapTupleHeaderSetXminFrozen(
		(HeapTupleHeader) PageGetItem(page, PageGetItemId(page, offset)));
	GenericXLogFinish(change);
}

/* Nothing can be interrupted, nor may fail, while the page is locked. */
static void
keep(Relation relation, ItemPointer tid, bool must)
{
	Buffer buffer;

	if (relation->rd_rel->relam != HEAP_TABLE_AM_OID ||
		ItemPointerGetBlockNumber(tid) >= RelationGetNumberOfBlocks(relation) ||
		meaning_may_change(relation, must))
		return;
	buffer = ReadBuffer(relation, ItemPointerGetBlockNumber(tid));
	LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
	if (is_own(relation, buffer, tid))
		freeze(relation, buffer, ItemPointerGetOffsetNumber(tid));
	UnlockReleaseBuffer(buffer);
}

/* Our table or the partition of it that the row is in; NULL if it is neither. */
static Relation
open_holder(AuthTable table, Oid holder)
{
	Relation relation = auth_relation_open(table, RowExclusiveLock);
	Oid whole = RelationGetRelid(relation);

	if (holder == whole)
		return relation;
	table_close(relation, NoLock);
	if (!get_rel_relispartition(holder) ||
		!list_member_oid(get_partition_ancestors(holder), whole))
		return NULL;
	return try_table_open(holder, RowExclusiveLock);
}

/*
 * Keep the row that the statement has inserted and returned as AUTH_KEEP_PLACE,
 * when all its index entries are made.  If it must stay, it does so at the cost
 * of a unique index that is being built.
 */
void
auth_keep_returned(const AuthStatement *statement, bool must)
{
	Datum tid = auth_statement_require(statement, 0, 1);
	Datum holder = auth_statement_require(statement, 0, 2);
	Relation relation = open_holder(statement->table, DatumGetObjectId(holder));

	if (relation == NULL)
		return;
	keep(relation, (ItemPointer) DatumGetPointer(tid), must);
	table_close(relation, NoLock);
}
