/*
 * compat.c
 *	  Differences between server versions that take a function.
 */
#include "postgres.h"

#include "server/compat.h"

#if PG_VERSION_NUM >= 170000
#include "utils/wait_event.h"
#endif

#if PG_VERSION_NUM >= 180000

#include "executor/executor.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"

/* Compute a generated column that is not stored from its row. */
NullableDatum
auth_virtual_column(Relation relation, TupleTableSlot *slot, AttrNumber number)
{
	ExprContext *context = CreateStandaloneExprContext();
	Expr *expression = (Expr *) build_generation_expression(relation, number);
	ExprState *state = ExecInitExpr(expression_planner(expression), NULL);
	NullableDatum value;

	slot_getallattrs(slot);
	context->ecxt_scantuple = slot;
	value.value = ExecEvalExpr(state, context, &value.isnull);
	FreeExprContext(context, true);
	return value;
}

#else

NullableDatum
auth_virtual_column(Relation relation, TupleTableSlot *slot, AttrNumber number)
{
	pg_unreachable();
}

#endif

#if PG_VERSION_NUM < 160000

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_extension.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

/* The schema of an extension that exists. */
Oid
auth_get_extension_schema(Oid extension)
{
	Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	Oid schema = InvalidOid;

	ScanKeyInit(&key,
				Anum_pg_extension_oid,
				BTEqualStrategyNumber,
				F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan =
		systable_beginscan(catalog, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return schema;
}

/* A new page of a relation that nobody else extends, locked. */
Buffer
auth_new_buffer(Relation index, ForkNumber fork)
{
	Buffer buffer = ReadBufferExtended(index, fork, P_NEW, RBM_NORMAL, NULL);

	LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
	return buffer;
}

#endif

#if PG_VERSION_NUM >= 170000
uint32
auth_turn_wait_event(void)
{
	static uint32 event = 0;

	if (event == 0)
		event = WaitEventExtensionNew("AuthPasswordTurn");
	return event;
}
#endif
