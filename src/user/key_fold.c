/*
 * key_fold.c
 *	  Names of keys that were stored before their providers' were folded.
 *
 * They would not be found any more.  A name that nobody else has when folded
 * is folded; of those that differ in no more than that, who is to have the
 * name is not ours to say, so that they are reported.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "table/statement.h"
#include "user/key_fold.h"
#include "user/key_name.h"

/* Most names, in ASCII and lower case, are passed over without folding. */
#define UNFOLDED                                                             \
	"WITH unfolded AS (SELECT ctid AS place, provider_id AS provider,"       \
	" provider_user_id AS name, auth_fold_email(provider_user_id) AS folded" \
	" FROM auth_key WHERE provider_id = ANY ($1)"                            \
	" AND provider_user_id COLLATE \"C\" ~ '[^!-@[-~]'::text),"              \
	" due AS (SELECT * FROM unfolded WHERE folded IS NULL"                   \
	" OR folded COLLATE \"C\" <> name COLLATE \"C\")"

static AuthStatement fold_names = {
	.text = UNFOLDED
	", counted AS (SELECT due.*, count(*) OVER (PARTITION BY provider, folded)"
	" AS sharing FROM due WHERE folded IS NOT NULL)"
	" UPDATE auth_key k SET provider_user_id = counted.folded FROM counted"
	" WHERE k.ctid = counted.place AND counted.sharing = 1::bigint"
	" AND NOT EXISTS (SELECT FROM auth_key o"
	" WHERE o.provider_id = counted.provider"
	" AND o.provider_user_id = counted.folded AND o.ctid <> counted.place)",
	AUTH_TYPES(TEXTARRAYOID),
	.table = AUTH_KEY,
};

static AuthStatement list_names = {
	.text =
		UNFOLDED " SELECT provider, name, count(*) OVER () FROM due"
				 " ORDER BY provider COLLATE \"C\", name COLLATE \"C\" LIMIT 5",
	AUTH_TYPES(TEXTARRAYOID),
	.results = (Oid[]){TEXTOID, TEXTOID, INT8OID},
	.table = AUTH_KEY,
};

/* The row of list_names as "provider" "name". */
static void
append_name(StringInfo names, uint64 row)
{
	Datum provider = auth_statement_require(&list_names, row, 1);
	Datum name = auth_statement_require(&list_names, row, 2);

	appendStringInfo(names,
					 "%s\"%s\" \"%s\"",
					 row > 0 ? ", " : "",
					 TextDatumGetCString(provider),
					 TextDatumGetCString(name));
}

static void
report(uint64 shown)
{
	StringInfoData names;
	int64 count = DatumGetInt64(auth_statement_require(&list_names, 0, 3));

	initStringInfo(&names);
	for (uint64 row = 0; row < shown; row++)
		append_name(&names, row);
	ereport(WARNING,
			(errmsg_plural("%lld key cannot be found by its name",
						   "%lld keys cannot be found by their names",
						   (unsigned long) count,
						   (long long) count),
			 errdetail_internal("%s%s",
								names.data,
								count > (int64) shown ? ", ..." : ""),
			 errhint("Names of the providers in \"auth.email_providers\" are "
					 "folded, and these are taken in that form, or have spaces "
					 "around or control characters.  Rename or delete them in "
					 "table \"auth_key\" and run auth_setup() again.")));
}

/* Fold the stored names that are not, and report those that cannot be. */
void
auth_key_fold_stored(void)
{
	NullableDatum providers = auth_key_email_provider_array();
	AuthExecution execution;
	uint64 count;

	count = auth_statement_execute(&fold_names, &providers);
	if (count > 0)
		ereport(NOTICE,
				(errmsg_plural("folded the name of %llu key",
							   "folded the names of %llu keys",
							   (unsigned long) count,
							   (unsigned long long) count)));
	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	count = auth_statement_run(&execution, &list_names, &providers);
	if (count > 0)
		report(count);
	auth_execution_end(&execution);
}

/* How many there are that are not. */
uint64
auth_key_count_unfolded(void)
{
	NullableDatum providers = auth_key_email_provider_array();
	AuthExecution execution;
	uint64 count;

	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	count = auth_statement_run(&execution, &list_names, &providers);
	if (count > 0)
		count = DatumGetInt64(auth_statement_require(&list_names, 0, 3));
	auth_execution_end(&execution);
	return count;
}
