/*
 * inplace.c
 *	  Rows that are changed past the transaction.
 *
 * A change here is there for everybody at once and stays when the transaction
 * is rolled back, as with sequences.  It is made under the exclusive lock of
 * the page, and logged as generic WAL, so that crash recovery and standbys
 * know it.  Only what leaves the row's length, its indexed columns and its
 * place as they are can be changed so.
 *
 * Readers look at rows under the pin alone and may see a row in the middle
 * of its change; each column by itself is whole.
 *
 * Nothing can be interrupted between open and close, and nothing in between
 * may fail.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "storage/bufmgr.h"
#include "storage/itemptr.h"

#include "inplace.h"

void
auth_inplace_open(AuthInplace *inplace, Relation relation, BlockNumber block)
{
	inplace->relation = relation;
	inplace->block = block;
	inplace->buffer = ReadBuffer(relation, block);
	LockBuffer(inplace->buffer, BUFFER_LOCK_EXCLUSIVE);
	inplace->page = BufferGetPage(inplace->buffer);
	inplace->change = NULL;
}

/* The row at this place of the page, or NULL when none lives there. */
HeapTupleHeader
auth_inplace_get(AuthInplace *inplace, OffsetNumber offset)
{
	ItemId item = PageGetItemId(inplace->page, offset);
	HeapTupleData tuple;

	if (!ItemIdIsNormal(item))
		return NULL;
	tuple.t_tableOid = RelationGetRelid(inplace->relation);
	tuple.t_data = (HeapTupleHeader) PageGetItem(inplace->page, item);
	tuple.t_len = ItemIdGetLength(item);
	ItemPointerSet(&tuple.t_self, inplace->block, offset);
	if (!HeapTupleSatisfiesVisibility(&tuple, SnapshotSelf, inplace->buffer))
		return NULL;
	return tuple.t_data;
}

/* The row at this place, to be changed; it is so for others after close. */
HeapTupleHeader
auth_inplace_change(AuthInplace *inplace, OffsetNumber offset)
{
	if (inplace->change == NULL)
	{
		inplace->change = GenericXLogStart(inplace->relation);
		inplace->changed =
			GenericXLogRegisterBuffer(inplace->change, inplace->buffer, 0);
	}
	return (
		HeapTupleHeader) PageGetItem(inplace->changed,
									 PageGetItemId(inplace->changed, offset));
}

/* Where the log must be flushed to for the change to survive a crash. */
XLogRecPtr
auth_inplace_close(AuthInplace *inplace)
{
	XLogRecPtr end = InvalidXLogRecPtr;

	if (inplace->change != NULL)
		end = GenericXLogFinish(inplace->change);
	UnlockReleaseBuffer(inplace->buffer);
	return end;
}
