/*
 * import_time.h
 *	  Times of imported rows.
 */
#ifndef AUTH_IMPORT_TIME_H
#define AUTH_IMPORT_TIME_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "import/import_source.h"

/* When an imported session expires. */
typedef struct AuthImportPeriod
{
	TimestampTz active;
	TimestampTz idle;
	TimestampTz end;
} AuthImportPeriod;

extern bool auth_import_get_time(const AuthImportRow *row,
								 AuthImportField field, TimestampTz *time);
extern bool auth_import_get_period(const AuthImportRow *row, TimestampTz clock,
								   AuthImportPeriod *period);

#endif /* AUTH_IMPORT_TIME_H */
