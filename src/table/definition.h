/*
 * definition.h
 *	  What is said of our tables in *.table.sql, as C knows it.
 */
#ifndef AUTH_DEFINITION_H
#define AUTH_DEFINITION_H

#include "postgres.h"

#include "table/tables.inc"

/* The layout of the tables that this library works with. */
#define AUTH_LAYOUT_NUMBER 2

typedef enum AuthNullability
{
	AUTH_NULLABLE,
	AUTH_NOT_NULL
} AuthNullability;

typedef struct AuthColumn
{
	const char *name;
	Oid type;
	AuthNullability nullability;
	const char *fill; /* how it gets a value when none is given; or NULL */
} AuthColumn;

typedef struct AuthDefinition
{
	const char *name;
	int keys; /* the first columns are the primary key */
	AuthColumn columns[AUTH_COLUMNS];
	const char *indexes[AUTH_INDEXES]; /* beside that of the primary key */
	const char *triggers[AUTH_TRIGGERS];
	bool is_heap;		 /* its pages are written to directly */
	bool is_record;		 /* not needed, and may be partitioned */
	bool of_user;		 /* its rows go with their users */
	bool refers_to_user; /* by a foreign key */
} AuthDefinition;

extern const AuthDefinition *auth_relation_definition(AuthTable table);
extern const char *auth_relation_name(AuthTable table);
extern bool auth_relation_owns_column(AuthTable table, const char *column);

#endif /* AUTH_DEFINITION_H */
