/*
 * value.h
 *	  Values of SQL types, each of which may be null.
 *
 * Arguments of statements, values of rows and results are arrays of these.
 * What is given by its pointer is null for NULL, and is not copied.
 */
#ifndef AUTH_VALUE_H
#define AUTH_VALUE_H

#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

static inline NullableDatum
auth_null(void)
{
	return (NullableDatum){.isnull = true};
}

static inline NullableDatum
auth_datum(Datum value)
{
	return (NullableDatum){.value = value};
}

static inline NullableDatum
auth_pointer(const void *value)
{
	return (NullableDatum){.value = PointerGetDatum(value),
						   .isnull = value == NULL};
}

static inline NullableDatum
auth_text(const text *value)
{
	return auth_pointer(value);
}

/* A copy, of type text. */
static inline NullableDatum
auth_string(const char *value)
{
	return auth_pointer(value != NULL ? cstring_to_text(value) : NULL);
}

/* Texts, of which none is null, as text[]: a copy. */
static inline NullableDatum
auth_text_array(Datum *texts, int count)
{
	return auth_pointer(
		construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static inline NullableDatum
auth_bytes(const bytea *value)
{
	return auth_pointer(value);
}

static inline NullableDatum
auth_uuid(const pg_uuid_t *value)
{
	return auth_pointer(value);
}

static inline NullableDatum
auth_interval(const Interval *value)
{
	return auth_pointer(value);
}

static inline NullableDatum
auth_jsonb(const Jsonb *value)
{
	return auth_pointer(value);
}

static inline NullableDatum
auth_time(TimestampTz value)
{
	return auth_datum(TimestampTzGetDatum(value));
}

static inline NullableDatum
auth_bool(bool value)
{
	return auth_datum(BoolGetDatum(value));
}

static inline NullableDatum
auth_int16(int16 value)
{
	return auth_datum(Int16GetDatum(value));
}

static inline NullableDatum
auth_int32(int32 value)
{
	return auth_datum(Int32GetDatum(value));
}

static inline NullableDatum
auth_int64(int64 value)
{
	return auth_datum(Int64GetDatum(value));
}

static inline NullableDatum
auth_oid(Oid value)
{
	return auth_datum(ObjectIdGetDatum(value));
}

/* Back again: NULL for null. */

static inline text *
auth_as_text(NullableDatum value)
{
	return value.isnull ? NULL : DatumGetTextPP(value.value);
}

static inline char *
auth_as_string(NullableDatum value)
{
	return value.isnull ? NULL : TextDatumGetCString(value.value);
}

static inline Interval *
auth_as_interval(NullableDatum value)
{
	return value.isnull ? NULL : DatumGetIntervalP(value.value);
}

static inline Jsonb *
auth_as_jsonb(NullableDatum value)
{
	return value.isnull ? NULL : DatumGetJsonbP(value.value);
}

#endif /* AUTH_VALUE_H */
