/*
 * lucia.h
 *	  What the tables of each version of Lucia look like: as documented for its
 *	  PostgreSQL adapter.
 */
#ifndef AUTH_LUCIA_H
#define AUTH_LUCIA_H

#include "postgres.h"

#include "import/import_source.h"

/* The tables of a version; NULL: it has none such. */
typedef struct AuthImportLayout
{
	const char *version;
	AuthImportShape users;
	AuthImportShape keys;
	AuthImportShape accounts; /* keys without a column "id" */
	AuthImportShape sessions;
	AuthImportShape passwords;
	bool has_session_ids; /* it was the application's to say what they are */
} AuthImportLayout;

extern const AuthImportLayout *auth_import_layout(const char *version);

#endif /* AUTH_LUCIA_H */
