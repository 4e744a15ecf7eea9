/*
 * lucia.h
 *	  What the tables of each version of Lucia look like: as documented for its
 *	  PostgreSQL adapter.
 */
#ifndef AUTH_LUCIA_H
#define AUTH_LUCIA_H

#include "postgres.h"

#include "import/import.h"

extern const AuthImportLayout *auth_import_layout(const char *version);

#endif /* AUTH_LUCIA_H */
