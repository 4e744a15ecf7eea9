/*
 * sealed_rows.h
 *	  Rows of a table that are sealed again with the first key of the file.
 */
#ifndef AUTH_SEALED_ROWS_H
#define AUTH_SEALED_ROWS_H

#include "postgres.h"

#include "catalog/pg_type.h"

#include "secret/seal.h"
#include "table/statement.h"

/* A table with a column that is sealed. */
typedef struct AuthSealedRows
{
	/*
	 * Locks rows whose key is not $1, at most $2, in the order of their ids,
	 * which are the first column; those behind the id $3, or from the first.
	 */
	AuthStatement *select;
	AuthStatement *update; /* of the row $1 to key $2 and content $3 */
	AuthStatement *count;  /* of the rows of each key but $1: key, number */

	/* Open a row that was selected, and seal it; false: it does not open. */
	bool (*reseal)(const AuthStatement *select, uint64 row, AuthSealed *sealed);
} AuthSealedRows;

/* What a statement that counts takes and returns. */
#define AUTH_SEALED_COUNT(id, table_name)                              \
	{                                                                  \
		.text = "SELECT key_id, count(*) FROM ONLY " table_name        \
				" WHERE key_id <> $1 GROUP BY key_id ORDER BY key_id", \
		AUTH_TYPES(TEXTOID), .results = (Oid[]){TEXTOID, INT8OID},     \
		.table = (id)                                                  \
	}

extern int64 auth_sealed_rows_reseal(const AuthSealedRows *rows, int64 limit);

#endif /* AUTH_SEALED_ROWS_H */
