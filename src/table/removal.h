/*
 * removal.h
 *	  Deleting rows that something of the application's may hold on to.
 */
#ifndef AUTH_REMOVAL_H
#define AUTH_REMOVAL_H

#include "postgres.h"

#include "table/statement.h"

/* Two statements with the same arguments, which return the same. */
typedef struct AuthRemoval
{
	AuthStatement *remove;
	AuthStatement *end; /* of those that are still there, and not ended yet */
} AuthRemoval;

/* "returned": the types of what both return, or NULL; then those they take. */
#define AUTH_REMOVAL(id, remove_text, end_text, returned, ...) \
	{                                                          \
		.remove = &(AuthStatement){.text = remove_text,        \
								   AUTH_TYPES(__VA_ARGS__),    \
								   .results = (returned),      \
								   .table = (id)},             \
		.end = &(AuthStatement){.text = end_text,              \
								AUTH_TYPES(__VA_ARGS__),       \
								.results = (returned),         \
								.table = (id)},                \
	}

/* The same without arguments and results. */
#define AUTH_REMOVAL_OF_ALL(id, remove_text, end_text)                    \
	{                                                                     \
		.remove = &(AuthStatement){.text = (remove_text), .table = (id)}, \
		.end = &(AuthStatement){.text = (end_text), .table = (id)},       \
	}

extern bool auth_removal_can_fail(AuthTable table);
extern bool auth_removal_has_failed(const ErrorData *error);
extern Oid auth_removal_referenced(const ErrorData *error);
extern void auth_removal_warn(AuthTable table, uint64 rows, const char *what);
extern uint64 auth_removal_execute(const AuthRemoval *removal,
								   const NullableDatum *arguments);
extern bool auth_removal_one(const AuthRemoval *removal,
							 const NullableDatum *arguments, int columns,
							 NullableDatum *row);

#endif /* AUTH_REMOVAL_H */
