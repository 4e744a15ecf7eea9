/*
 * row.c
 *	  The direct read of one row of our tables by its primary key.
 *
 * The snapshot is taken when the table is locked.  One that was taken before
 * somebody rewrote the table, which the lock had to wait for, would find no
 * row in it.
 *
 * A kept slot for each table makes that reading a row takes no memory that
 * grows with its columns.  It is lent to one row at a time: whoever comes
 * while it is out, as a function of the application that is called for an
 * attribute, gets a slot of its own.
 */
#include "postgres.h"

#include "access/skey.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "call/error.h"
#include "server/compat.h"
#include "table/row.h"

#define MAX_KEYS 2

typedef struct KeptSlot
{
	MemoryContext context; /* NULL: none yet */
	TupleTableSlot *slot;
	uint64 generation;				/* of the tables, when the slot was made */
	LocalTransactionId transaction; /* in which the slot was lent last */
	bool lent;
} KeptSlot;

static KeptSlot kept_slots[AUTH_TABLES];

/* The descriptor is a copy, which nobody has to pin. */
static void
make_slot(KeptSlot *kept, Relation relation)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "auth row",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TupleDesc descriptor =
		CreateTupleDescCopyConstr(RelationGetDescr(relation));
	TupleTableSlot *slot =
		MakeSingleTupleTableSlot(descriptor, table_slot_callbacks(relation));

	MemoryContextSwitchTo(old);
	MemoryContextSetParent(context, CacheMemoryContext);
	if (kept->context != NULL)
		MemoryContextDelete(kept->context);
	kept->context = context;
	kept->slot = slot;
	kept->generation = auth_relation_generation();
}

/*
 * A slot that an error has left lent is of no use until the transaction
 * ends.  Then its pin is gone without its knowledge, so that it is not
 * cleared but thrown away.
 */
static TupleTableSlot *
borrow_slot(AuthTable table, Relation relation)
{
	KeptSlot *kept = &kept_slots[table];
	LocalTransactionId transaction = auth_local_transaction();

	if (kept->lent && kept->transaction == transaction)
		return table_slot_create(relation, NULL);
	if (kept->context == NULL || kept->lent ||
		kept->generation != auth_relation_generation())
		make_slot(kept, relation);
	kept->lent = true;
	kept->transaction = transaction;
	return kept->slot;
}

static void
return_slot(AuthTable table, TupleTableSlot *slot)
{
	KeptSlot *kept = &kept_slots[table];

	if (slot != kept->slot)
	{
		ExecDropSingleTupleTableSlot(slot);
		return;
	}
	ExecClearTuple(slot);
	kept->lent = false;
}

static Oid
equality(Oid type)
{
	return type == UUIDOID ? F_UUID_EQ : type == BOOLOID ? F_BOOLEQ : F_TEXTEQ;
}

static void
init_keys(const AuthRow *row, const Datum *key, int keys,
		  ScanKeyData *scan_keys)
{
	TupleDesc columns = RelationGetDescr(row->index);

	for (int i = 0; i < keys; i++)
		ScanKeyEntryInitialize(&scan_keys[i],
							   0,
							   i + 1,
							   BTEqualStrategyNumber,
							   InvalidOid,
							   row->index->rd_indcollation[i],
							   equality(TupleDescAttr(columns, i)->atttypid),
							   key[i]);
}

/*
 * Take the snapshot that the other row was read by, unless a table has changed
 * since, or else a new one.
 */
static void
take_snapshot(AuthRow *row, const AuthRow *beside)
{
	row->generation = auth_relation_generation();
	row->borrowed = beside != NULL && beside->generation == row->generation;
	row->snapshot = row->borrowed ? beside->snapshot :
									RegisterSnapshot(GetLatestSnapshot());
}

static void
open_table(AuthRow *row, AuthTable table)
{
	row->table = table;
	row->relation = auth_relation_open(table, AccessShareLock);
	row->definition = auth_relation_definition(table);
	row->location = auth_relation_location(table);
}

/* The first row whose columns in the index begin with so many values. */
static bool
open_first(AuthRow *row, Oid index, const Datum *key, int keys,
		   const AuthRow *beside)
{
	ScanKeyData scan_keys[MAX_KEYS];

	row->index = index_open(index, AccessShareLock);
	row->slot = borrow_slot(row->table, row->relation);
	take_snapshot(row, beside);
	init_keys(row, key, keys, scan_keys);
	row->scan =
		auth_index_beginscan(row->relation, row->index, row->snapshot, keys);
	index_rescan(row->scan, scan_keys, keys, NULL, 0);
	if (index_getnext_slot(row->scan, ForwardScanDirection, row->slot))
		return true;
	auth_row_close(row);
	return false;
}

/*
 * Read the row with this primary key, as it is now.  False, with nothing to
 * close, when there is none.
 */
bool
auth_row_open(AuthRow *row, AuthTable table, const Datum *key)
{
	return auth_row_open_beside(row, table, key, NULL);
}

/*
 * Read the row as it was when another one was read, which is to be closed after
 * this one.
 */
bool
auth_row_open_beside(AuthRow *row, AuthTable table, const Datum *key,
					 const AuthRow *beside)
{
	open_table(row, table);
	return open_first(row,
					  row->location->index,
					  key,
					  row->definition->keys,
					  beside);
}

/*
 * Read the row as the statement that is running sees it or, where that sees
 * none, as it is now: the snapshot may be older than the row, or than a rewrite
 * of the table that the lock had to wait for.
 */
bool
auth_row_open_seen(AuthRow *row, AuthTable table, const Datum *key)
{
	AuthRow statement = {.snapshot = GetActiveSnapshot()};

	open_table(row, table);
	statement.generation = auth_relation_generation();
	return open_first(row,
					  row->location->index,
					  key,
					  row->definition->keys,
					  &statement) ||
		   auth_row_open(row, table, key);
}

/* Whether there was a row whose primary key begins with this value. */
bool
auth_row_exists_beside(AuthTable table, Datum key, const AuthRow *beside)
{
	AuthRow row;
	bool found;

	open_table(&row, table);
	found = open_first(&row, row.location->index, &key, 1, beside);
	if (found)
		auth_row_close(&row);
	return found;
}

/* Whether the user has so many rows, one at least, by the index. */
static bool
has_so_many(AuthRow *row, Datum user_id, int64 count)
{
	int64 found = 1;

	if (!open_first(row, row->location->user_index, &user_id, 1, NULL))
		return false;
	while (found < count &&
		   index_getnext_slot(row->scan, ForwardScanDirection, row->slot))
		found++;
	auth_row_close(row);
	return found == count;
}

/*
 * Whether there can be so many rows of the user now, one at least; there are
 * fewer when it is false.  It spares a statement, which costs several times as
 * much as this look.
 */
bool
auth_row_can_be_so_many(AuthTable table, Datum user_id, int64 count)
{
	AuthRow row;

	open_table(&row, table);
	if (OidIsValid(row.location->user_index))
		return has_so_many(&row, user_id, count);
	table_close(row.relation, NoLock);
	return true;
}

/* Whether there can be rows of the user now. */
bool
auth_row_can_be_of_user(AuthTable table, Datum user_id)
{
	return auth_row_can_be_so_many(table, user_id, 1);
}

/*
 * One of our own columns, of the type that it has to have: what is read must
 * not be taken for another type, whatever has happened to the table.
 */
NullableDatum
auth_row_get(AuthRow *row, int column)
{
	AttrNumber number = row->location->attributes[column];
	const AuthColumn *definition = &row->definition->columns[column];
	TupleDesc descriptor = row->slot->tts_tupleDescriptor;
	NullableDatum value;

	if (number > descriptor->natts ||
		TupleDescAttr(descriptor, number - 1)->atttypid != definition->type)
		elog(ERROR,
			 "column \"%s\" of table \"%s\" has changed while it was read",
			 definition->name,
			 row->definition->name);
	value.value = slot_getattr(row->slot, number, &value.isnull);
	return value;
}

/* One of our own columns that has no NULLs, or UA012. */
Datum
auth_row_require(AuthRow *row, int column)
{
	NullableDatum value = auth_row_get(row, column);

	if (value.isnull)
		auth_error_null(row->definition->name,
						row->definition->columns[column].name);
	return value.value;
}

/* Whether this transaction has made the row, or its last version. */
bool
auth_row_is_new(AuthRow *row)
{
	bool isnull;
	Datum xmin =
		slot_getsysattr(row->slot, MinTransactionIdAttributeNumber, &isnull);

	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
}

/* A copy of a text, or NULL. */
text *
auth_row_text(AuthRow *row, int column)
{
	NullableDatum value = auth_row_get(row, column);

	return value.isnull ? NULL : DatumGetTextPCopy(value.value);
}

/* A copy of a text that is not null, or UA012. */
text *
auth_row_require_text(AuthRow *row, int column)
{
	return DatumGetTextPCopy(auth_row_require(row, column));
}

void
auth_row_close(AuthRow *row)
{
	index_endscan(row->scan);
	if (!row->borrowed)
		UnregisterSnapshot(row->snapshot);
	return_slot(row->table, row->slot);
	index_close(row->index, NoLock);
	table_close(row->relation, NoLock);
}
