/*
 * spelling.c
 *	  Which spellings are one name.
 *
 * A name is looked for in the index of a primary key, and so what the index'
 * collation calls equal is one name.  Whatever else is done for a name, such
 * as counting, has to see the same: a count of its own for each spelling would
 * be no limit.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "fmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "user/spelling.h"

/* The collation of a column of the table's primary key. */
static Oid
collation(AuthTable table, int column)
{
	Relation relation = auth_relation_open(table, AccessShareLock);
	Relation index =
		index_open(auth_relation_location(table)->index, AccessShareLock);
	Oid result = index->rd_indcollation[column];

	index_close(index, NoLock);
	table_close(relation, NoLock);
	return result;
}

/* Whether both are one name in this column of the table's primary key. */
bool
auth_spelling_same(AuthTable table, int column, text *a, text *b)
{
	return DatumGetBool(DirectFunctionCall2Coll(texteq,
												collation(table, column),
												PointerGetDatum(a),
												PointerGetDatum(b)));
}

static uint64
hash(Oid collation, text *name, int64 seed)
{
	return DatumGetUInt64(DirectFunctionCall2Coll(hashtextextended,
												  collation,
												  PointerGetDatum(name),
												  Int64GetDatum(seed)));
}

/*
 * The part of a digest that is the same for all spellings of the name: of one
 * that does not exist as of one that does.  Where not only equal bytes are
 * equal it is two hashes of the server's, for which other names with the same
 * can be made up.
 */
AuthDigestPart
auth_spelling_digest(AuthTable table, int column, text *name)
{
	Oid equality = collation(table, column);
	uint64 *hashes;

	if (get_collation_isdeterministic(equality))
		return auth_digest_text(name);
	hashes = palloc(2 * sizeof(uint64));
	for (int i = 0; i < 2; i++)
		hashes[i] = hash(equality, name, i);
	return (AuthDigestPart){hashes, 2 * sizeof(uint64)};
}
