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

extern bool auth_import_is_zoned(Oid from, Oid to);
extern Datum auth_import_convert_zoned(Datum value, Oid from, Oid to,
									   text *zone);
extern void auth_import_require_zone(const AuthImportSource *source,
									 const char *column, text *zone);
extern void auth_import_set_zone(AuthImportSource *source, text *zone);
extern bool auth_import_get_time(const AuthImportRow *row,
								 AuthImportField field, TimestampTz *time);
extern bool auth_import_get_period(const AuthImportRow *row, TimestampTz clock,
								   AuthImportPeriod *period);

#endif /* AUTH_IMPORT_TIME_H */
