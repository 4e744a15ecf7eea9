/*
 * row.h
 *	  The direct read of one row of our tables by its primary key.
 */
#ifndef AUTH_ROW_H
#define AUTH_ROW_H

#include "postgres.h"

#include "access/genam.h"
#include "executor/tuptable.h"
#include "utils/snapshot.h"

#include "table/relation.h"

/*
 * One row, held in place: the values point into a pinned buffer until
 * auth_row_close.
 */
typedef struct AuthRow
{
	AuthTable table;
	const AuthDefinition *definition;
	const AuthLocation *location; /* stays while the table is open */
	Relation relation;
	Relation index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	Snapshot snapshot;
	uint64 generation; /* of the tables, when the snapshot was taken */
	bool borrowed;	   /* the snapshot is another row's */
} AuthRow;

extern bool auth_row_open(AuthRow *row, AuthTable table, const Datum *key);
extern bool auth_row_open_beside(AuthRow *row, AuthTable table,
								 const Datum *key, const AuthRow *beside);
extern bool auth_row_open_seen(AuthRow *row, AuthTable table, const Datum *key);
extern bool auth_row_exists_beside(AuthTable table, Datum key,
								   const AuthRow *beside);
extern bool auth_row_can_be_so_many(AuthTable table, Datum user_id,
									int64 count);
extern bool auth_row_can_be_of_user(AuthTable table, Datum user_id);
extern NullableDatum auth_row_get(AuthRow *row, int column);
extern Datum auth_row_require(AuthRow *row, int column);
extern text *auth_row_text(AuthRow *row, int column);
extern text *auth_row_require_text(AuthRow *row, int column);
extern bool auth_row_is_new(AuthRow *row);
extern void auth_row_close(AuthRow *row);

#endif /* AUTH_ROW_H */
