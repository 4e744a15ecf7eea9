/*
 * check.c
 *	  auth_check(): what is wrong, or could be better, before users find out.
 *
 * What the owner of the tables has made of them is looked at as that owner, in
 * a restricted operation, as everywhere.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/timestamp.h"

#include "call/result.h"
#include "call/value.h"
#include "count/count_method.h"
#include "password/password_hash.h"
#include "secret/server_key.h"
#include "server/subtransaction.h"
#include "setup/check_catalog.h"
#include "setup/check_factor.h"
#include "setup/finding.h"
#include "setup/grant.h"
#include "setup/part.h"
#include "setup/reseal.h"
#include "setup/second_set.h"
#include "setup/sequence.h"
#include "user/key_fold.h"

PG_FUNCTION_INFO_V1(auth_check);

/* A partition is to be there before its first row. */
#define DAYS_AHEAD 7

static AuthStatement find_families = {
	.text = "SELECT 'error', 'family', 'sessions do not name the families of"
			" their refresh tokens: ' || count(*)::text, $1"
			" FROM auth_refresh_token family JOIN auth_session session"
			" ON session.id = family.session_id"
			" WHERE session.family_id IS NULL HAVING count(*) > 0::bigint",
	AUTH_TYPES(TEXTOID),
	.results = AUTH_FINDING_TYPES,
	.table = AUTH_SESSION,
};

static AuthStatement find_alike = {
	.text = "SELECT 'notice', 'name', 'names of keys of provider \"'"
			" || provider_id || '\" differ by nothing but case, such as \"'"
			" || min(name) || '\": ' || count(*)::text, NULL::text"
			" FROM (SELECT provider_id, min(provider_user_id) AS name"
			" FROM auth_key GROUP BY provider_id,"
			" lower(provider_user_id COLLATE \"default\")"
			" HAVING count(*) > 1::bigint) alike"
			" GROUP BY provider_id ORDER BY provider_id",
	.results = AUTH_FINDING_TYPES,
	.table = AUTH_KEY,
};

static void
check_families(FunctionCallInfo fcinfo, AuthExecution *execution)
{
	char *name = get_namespace_name(auth_relation_schema());
	const char *schema = quote_identifier(name);
	NullableDatum mend =
		auth_string(psprintf("UPDATE %s.auth_session SET family_id = family.id"
							 " FROM %s.auth_refresh_token family"
							 " WHERE family.session_id = auth_session.id"
							 " AND auth_session.family_id IS NULL",
							 schema,
							 schema));

	(void) auth_finding_run(fcinfo, execution, &find_families, &mend);
}

static void
check_rows(FunctionCallInfo fcinfo)
{
	AuthExecution execution;

	auth_statement_begin(&execution, AUTH_KEY, AccessShareLock);
	auth_finding_add_problems(fcinfo,
							  AUTH_FINDING_ERROR,
							  "sequence",
							  auth_sequence_problems(&execution));
	check_families(fcinfo, &execution);
	auth_check_factors(fcinfo, &execution);
	(void) auth_finding_run(fcinfo, &execution, &find_alike, NULL);
	auth_execution_end(&execution);
}

static void
check_names(FunctionCallInfo fcinfo)
{
	uint64 count = auth_key_count_unfolded();
	AuthProblem problem = {.loses_nothing = true};

	if (count == 0)
		return;
	problem.text =
		psprintf("keys that cannot be found by their names: " UINT64_FORMAT,
				 count);
	auth_finding_add_problem(fcinfo, AUTH_FINDING_ERROR, "name", &problem);
}

static void
check_hashes(FunctionCallInfo fcinfo)
{
	uint64 count = auth_password_count_weak();

	if (count > 0)
		auth_finding_add(
			fcinfo,
			AUTH_FINDING_NOTICE,
			"hash",
			psprintf("password hashes below the floor: " UINT64_FORMAT, count),
			NULL);
}

/* The number of the partition of the time, or -1. */
static int
find_partition(PartitionKey key, PartitionDesc partitions, TimestampTz time)
{
	PartitionBoundInfo bounds = partitions->boundinfo;
	Datum value = TimestampTzGetDatum(time);
	bool equal;
	int place = partition_range_datum_bsearch(key->partsupfunc,
											  key->partcollation,
											  bounds,
											  1,
											  &value,
											  &equal);
	int number = bounds->indexes[place + 1];

	return number >= 0 ? number : bounds->default_index;
}

static bool
is_by_time(PartitionKey key)
{
	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		   key->parttypid[0] == TIMESTAMPTZOID;
}

static Oid find_gap(Oid table, TimestampTz time);

/* The same in one partition, or in all that a row of the time may be for. */
static Oid
find_gap_below(Oid table, PartitionDesc partitions, int first, int last,
			   TimestampTz time)
{
	Oid gap = InvalidOid;

	if (first < 0 || last < first)
		return table;
	for (int i = first; i <= last && !OidIsValid(gap); i++)
		if (!partitions->is_leaf[i])
			gap = find_gap(partitions->oids[i], time);
	return gap;
}

/*
 * The partitioned table that has no partition for a row of the time, as far as
 * can be told: it may be itself a partition.
 */
static Oid
find_gap(Oid table, TimestampTz time)
{
	Relation relation;
	PartitionDesc partitions;
	PartitionKey key;
	int first = 0;
	int last;
	Oid gap;

	check_stack_depth();
	relation = table_open(table, AccessShareLock);
	partitions = RelationGetPartitionDesc(relation, true);
	key = RelationGetPartitionKey(relation);
	last = partitions->nparts - 1;
	if (last >= 0 && is_by_time(key))
		first = last = find_partition(key, partitions, time);
	gap = find_gap_below(table, partitions, first, last, time);
	table_close(relation, NoLock);
	return gap;
}

/* What makes a partition for all rows that have none. */
static char *
make_partition(Oid table)
{
	Relation relation = table_open(table, NoLock);
	Oid schema = RelationGetNamespace(relation);
	char *name = RelationGetRelationName(relation);
	char *partition = ChooseRelationName(name, NULL, "default", schema, false);
	char strategy = RelationGetPartitionKey(relation)->strategy;
	char *qualified =
		quote_qualified_identifier(get_namespace_name(schema), name);

	partition =
		quote_qualified_identifier(get_namespace_name(schema), partition);
	table_close(relation, NoLock);
	return psprintf("CREATE TABLE %s PARTITION OF %s %s",
					partition,
					qualified,
					strategy == PARTITION_STRATEGY_HASH ?
						"FOR VALUES WITH (MODULUS 1, REMAINDER 0)" :
						"DEFAULT");
}

static void
check_partition(FunctionCallInfo fcinfo, Oid table)
{
	TimestampTz now = GetCurrentTimestamp();
	Oid gap = find_gap(table, now);
	bool now_there = !OidIsValid(gap);

	if (now_there)
		gap = find_gap(table, now + DAYS_AHEAD * USECS_PER_DAY);
	if (!OidIsValid(gap))
		return;
	auth_finding_add(fcinfo,
					 now_there ? AUTH_FINDING_WARNING : AUTH_FINDING_ERROR,
					 "partition",
					 psprintf("table \"%s\" has no partition for %s",
							  get_rel_name(gap),
							  now_there ? "next week" : "now"),
					 make_partition(gap));
}

static void
check_partitions(FunctionCallInfo fcinfo)
{
	AuthProblem problem;
	Relation relation =
		auth_relation_try_open(AUTH_EVENT, AccessShareLock, &problem);

	if (relation == NULL)
		return;
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		check_partition(fcinfo, RelationGetRelid(relation));
	table_close(relation, NoLock);
}

static void
check_counts(FunctionCallInfo fcinfo)
{
	Relation table = auth_relation_open(AUTH_THROTTLE, AccessShareLock);
	Relation index =
		relation_open(auth_relation_location(AUTH_THROTTLE)->counts,
					  AccessShareLock);
	char *schema = get_namespace_name(RelationGetNamespace(table));

	if (RelationGetNumberOfBlocks(index) != auth_count_wanted_blocks(index))
		auth_finding_add(
			fcinfo,
			AUTH_FINDING_WARNING,
			"size",
			psprintf("index \"%s\" does not have the size of its options",
					 RelationGetRelationName(index)),
			psprintf("REINDEX TABLE %s.auth_throttle",
					 quote_identifier(schema)));
	relation_close(index, NoLock);
	table_close(table, NoLock);
}

typedef struct FileTrial
{
	AuthServerKeyFile file;
	bool usable;
} FileTrial;

static bool
try_file(void *argument)
{
	FileTrial *trial = argument;

	(void) auth_server_key_load(trial->file, NULL);
	trial->usable = true;
	return false;
}

static bool
is_about_file(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_CONFIG_FILE_ERROR;
}

/* Whether the file, if one is named, can be used. */
static bool
check_file(FunctionCallInfo fcinfo, const char *setting)
{
	FileTrial trial = {
		.file = {setting, GetConfigOption(setting, false, false)}};

	(void) auth_subtransaction_try(try_file, &trial, is_about_file);
	if (!trial.usable)
		auth_finding_add(fcinfo,
						 AUTH_FINDING_ERROR,
						 "file",
						 psprintf("the file of \"%s\" cannot be used", setting),
						 NULL);
	return trial.usable;
}

static void
check_second_sets(FunctionCallInfo fcinfo)
{
	Oid owner = auth_relation_location(AUTH_LAYOUT)->owner;
	ListCell *cell;

	foreach (cell, auth_second_sets(owner))
	{
		const char *schema = lfirst(cell);

		auth_finding_add(
			fcinfo,
			AUTH_FINDING_WARNING,
			"second_set",
			psprintf("schema %s has tables that auth_setup() has made, too",
					 schema),
			psprintf("ALTER TABLE %s.auth_layout RENAME TO auth_layout_aside",
					 schema));
	}
}

static bool
check_owner(FunctionCallInfo fcinfo)
{
	bool lacking =
		auth_grant_is_lacking(auth_relation_location(AUTH_LAYOUT)->owner);
	AuthProblem problem =
		{.text = "the owner of the tables lacks rights on functions",
		 .loses_nothing = true};

	if (lacking)
		auth_finding_add_problem(fcinfo, AUTH_FINDING_ERROR, "right", &problem);
	return !lacking;
}

/* All that is looked at where the tables can be used. */
static void
check_all(FunctionCallInfo fcinfo)
{
	bool has_rights = check_owner(fcinfo);

	has_rights = auth_check_rights(fcinfo) && has_rights;
	auth_finding_add_problems(fcinfo,
							  AUTH_FINDING_WARNING,
							  "part",
							  auth_part_problems());
	if (has_rights)
	{
		check_rows(fcinfo);
		check_names(fcinfo);
		check_hashes(fcinfo);
	}
	check_partitions(fcinfo);
	check_counts(fcinfo);
	(void) check_file(fcinfo, "auth.password_pepper_file");
	if (check_file(fcinfo, "auth.key_file") && has_rights)
		auth_reseal_check(fcinfo);
	auth_check_catalog(fcinfo);
	check_second_sets(fcinfo);
}

/*
 * auth_check() TABLE (severity text, kind text, finding text, statement text)
 *
 * A row for each finding: "error", "warning" or "notice", what it is about, what
 * it is, and the statement that mends it, or NULL.  Where the tables cannot be
 * used, that is the only one.
 */
Datum
auth_check(PG_FUNCTION_ARGS)
{
	AuthProblem problem = auth_relation_problem();

	auth_result_begin_set(fcinfo);
	if (problem.text != NULL)
		auth_finding_add_problem(fcinfo, AUTH_FINDING_ERROR, "table", &problem);
	if (auth_relation_is_located(AUTH_LAYOUT))
		check_all(fcinfo);
	return (Datum) 0;
}
