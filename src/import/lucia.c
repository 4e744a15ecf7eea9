/*
 * lucia.c
 *	  What the tables of each version of Lucia look like: as documented for its
 *	  PostgreSQL adapter.
 *
 * Their names were the application's to choose, those of the columns not.
 * Columns that are not listed are attributes where the table has attributes,
 * and of no account elsewhere.
 */
#include "postgres.h"

#include "import/lucia.h"

#define END            \
	{                  \
		NULL, 0, false \
	}

/* Version 0.1 has one key for each user. */
static const AuthImportColumn users_0_1[] =
	{{"id", AUTH_IMPORT_ID, true},
	 {"provider_id", AUTH_IMPORT_KEY, true},
	 {"hashed_password", AUTH_IMPORT_HASH, true},
	 {"created_at", AUTH_IMPORT_CREATED, false},
	 END};

static const AuthImportColumn users[] = {{"id", AUTH_IMPORT_ID, true},
										 {"created_at",
										  AUTH_IMPORT_CREATED,
										  false},
										 END};

/* Version 3 left passwords to the application, which called them thus. */
static const AuthImportColumn users_3[] =
	{{"id", AUTH_IMPORT_ID, true},
	 {"password_hash", AUTH_IMPORT_HASH, false},
	 {"hashed_password", AUTH_IMPORT_HASH, false},
	 {"password", AUTH_IMPORT_HASH, false},
	 {"created_at", AUTH_IMPORT_CREATED, false},
	 END};

static const AuthImportColumn keys_1[] =
	{{"id", AUTH_IMPORT_KEY, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 {"hashed_password", AUTH_IMPORT_HASH, true},
	 {"expires", AUTH_IMPORT_SINGLE_USE, true},
	 END};

/*
 * The guide to version 2 drops the column "expires", but not the rows that it
 * marks.
 */
static const AuthImportColumn keys_2[] =
	{{"id", AUTH_IMPORT_KEY, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 {"hashed_password", AUTH_IMPORT_HASH, true},
	 {"expires", AUTH_IMPORT_SINGLE_USE, false},
	 END};

static const AuthImportColumn accounts_3[] =
	{{"provider_id", AUTH_IMPORT_PROVIDER, true},
	 {"provider_user_id", AUTH_IMPORT_IDENTIFIER, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 END};

static const AuthImportColumn sessions_0_1[] =
	{{"id", AUTH_IMPORT_ID, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 {"expires", AUTH_IMPORT_ACTIVE, true},
	 {"idle_expires", AUTH_IMPORT_IDLE, true},
	 {"created_at", AUTH_IMPORT_CREATED, false},
	 END};

static const AuthImportColumn sessions[] =
	{{"id", AUTH_IMPORT_ID, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 {"active_expires", AUTH_IMPORT_ACTIVE, true},
	 {"idle_expires", AUTH_IMPORT_IDLE, true},
	 {"created_at", AUTH_IMPORT_CREATED, false},
	 END};

static const AuthImportColumn sessions_3[] =
	{{"id", AUTH_IMPORT_ID, true},
	 {"user_id", AUTH_IMPORT_USER, true},
	 {"secret_hash", AUTH_IMPORT_SECRET, false},
	 {"expires_at", AUTH_IMPORT_EXPIRES, true},
	 {"created_at", AUTH_IMPORT_CREATED, false},
	 END};

static const AuthImportColumn passwords_3[] =
	{{"user_id", AUTH_IMPORT_USER, true},
	 {"password_hash", AUTH_IMPORT_HASH, false},
	 {"hashed_password", AUTH_IMPORT_HASH, false},
	 {"password", AUTH_IMPORT_HASH, false},
	 END};

static const AuthImportLayout layouts[] = {
	{"0.1", users_0_1, NULL, NULL, sessions_0_1, NULL, false},
	{"1", users, keys_1, NULL, sessions, NULL, false},
	{"2", users, keys_2, NULL, sessions, NULL, false},
	{"3", users_3, keys_2, accounts_3, sessions_3, passwords_3, true},
};

/* NULL: no such version is known. */
const AuthImportLayout *
auth_import_layout(const char *version)
{
	for (int i = 0; i < lengthof(layouts); i++)
	{
		if (strcmp(layouts[i].version, version) == 0)
			return &layouts[i];
	}
	return NULL;
}
