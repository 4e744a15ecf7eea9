/*
 * purge.h
 *	  Removal of rows whose time is over, a batch at a time.
 */
#ifndef AUTH_PURGE_H
#define AUTH_PURGE_H

#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "storage/itemptr.h"

#include "table/statement.h"

/* What is removed, and behind which row the next batch begins. */
typedef struct AuthPurge
{
	AuthStatement statement;
	AuthStatement first; /* the place of the first row of a batch */
	ItemPointerData reached;
} AuthPurge;

/*
 * The rows of a table for which a condition on $1, the time, holds.  "name" is
 * the table's with the alias that the condition uses, if it uses one.
 */
#define AUTH_PURGE(id, table_name, name, condition)                           \
	{                                                                         \
		.statement = {.text = "WITH removed AS (DELETE FROM ONLY " table_name \
							  " WHERE ctid = ANY (ARRAY("                     \
							  "SELECT ctid FROM ONLY " name                   \
							  " WHERE ctid > $3 AND (" condition              \
							  ") LIMIT $2 FOR UPDATE SKIP LOCKED))"           \
							  " RETURNING ctid)"                              \
							  " SELECT count(*), max(ctid) FROM removed",     \
					  AUTH_TYPES(TIMESTAMPTZOID, INT4OID, TIDOID),            \
					  .results = (Oid[]){INT8OID, TIDOID},                    \
					  .table = (id)},                                         \
		.first =                                                              \
		{.text = "SELECT ctid FROM ONLY " name                                \
				 " WHERE ctid > $3 AND (" condition ") LIMIT $2",             \
		 AUTH_TYPES(TIMESTAMPTZOID, INT4OID, TIDOID),                         \
		 .results = (Oid[]){TIDOID},                                          \
		 .table = (id),                                                       \
		}                                                                     \
	}

extern int64 auth_purge_rows(AuthPurge *purge, TimestampTz before, int rows);
extern Datum auth_purge(FunctionCallInfo fcinfo, AuthPurge *purge,
						const char *function);

#endif /* AUTH_PURGE_H */
