/*
 * count_method.c
 *	  The index access method whose pages hold counts.
 *
 * An index of it knows nothing of the rows of its table, which has none, and
 * is never scanned: it is the way to pages of our own that are logged, copied
 * and dropped like others, and that no SQL can reach into.  It is built empty,
 * with as many places as its option says.
 */
#include "postgres.h"

#include "access/amapi.h"
#include "access/reloptions.h"
#include "access/xloginsert.h"
#include "catalog/index.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/float.h"
#include "utils/rel.h"

#include "count/count_method.h"
#include "count/count_page.h"
#include "server/compat.h"

PG_FUNCTION_INFO_V1(auth_count_handler);

#define DEFAULT_PLACES (384 * 1024)
#define MAX_PLACES (64 * 1024 * 1024)

typedef struct Options
{
	int32 length; /* as every varlena has it */
	int places;
} Options;

static relopt_kind option_kind;

/*
 * Define the options of an index, which can be read only after that: called
 * when the library is loaded.
 */
void
auth_count_init(void)
{
	option_kind = add_reloption_kind();
	add_int_reloption(option_kind,
					  "places",
					  "Places for counts, of all kinds together.",
					  DEFAULT_PLACES,
					  1,
					  MAX_PLACES,
					  ShareUpdateExclusiveLock);
}

static bytea *
read_options(Datum options, bool validate)
{
	static const relopt_parse_elt elements[] = {
		{"places", RELOPT_TYPE_INT, offsetof(Options, places)}};

	return build_reloptions(options,
							validate,
							option_kind,
							sizeof(Options),
							elements,
							lengthof(elements));
}

/*
 * A page is logged as a whole: a standby could not apply changes to one that
 * it has not got.
 */
static void
make_page(Relation index, ForkNumber fork, BlockNumber blocks)
{
	Buffer buffer = auth_new_buffer(index, fork);

	START_CRIT_SECTION();
	auth_count_page_init(BufferGetPage(buffer),
						 BufferGetBlockNumber(buffer),
						 blocks);
	MarkBufferDirty(buffer);
	if (fork == INIT_FORKNUM || RelationNeedsWAL(index))
		(void) log_newpage_buffer(buffer, true);
	END_CRIT_SECTION();
	UnlockReleaseBuffer(buffer);
}

/* How many pages the index would be built with. */
BlockNumber
auth_count_wanted_blocks(Relation index)
{
	Options *options = (Options *) index->rd_options;

	return auth_count_page_blocks(options == NULL ? DEFAULT_PLACES :
													options->places);
}

static void
make_pages(Relation index, ForkNumber fork)
{
	BlockNumber blocks = auth_count_wanted_blocks(index);

	for (BlockNumber i = 0; i < blocks; i++)
	{
		CHECK_FOR_INTERRUPTS();
		make_page(index, fork, blocks);
	}
}

/*
 * Build an index, which is empty.  The table's rows are not read, and their
 * number stays what the planner believes it to be.
 */
static IndexBuildResult *
build(Relation table, Relation index, struct IndexInfo *info)
{
	IndexBuildResult *result = palloc0(sizeof(IndexBuildResult));

	if (RelationGetNumberOfBlocks(index) != 0)
		elog(ERROR,
			 "index \"%s\" already has pages",
			 RelationGetRelationName(index));
	make_pages(index, MAIN_FORKNUM);
	result->heap_tuples = table->rd_rel->reltuples;
	return result;
}

static void
build_empty(Relation index)
{
	make_pages(index, INIT_FORKNUM);
}

static bool
insert(Relation index, Datum *values, bool *isnull, ItemPointer tid,
	   Relation table, IndexUniqueCheck check, bool unchanged,
	   struct IndexInfo *info)
{
	return false;
}

static IndexBulkDeleteResult *
bulk_delete(IndexVacuumInfo *info, IndexBulkDeleteResult *result,
			IndexBulkDeleteCallback callback, void *state)
{
	return result;
}

static IndexBulkDeleteResult *
vacuum_cleanup(IndexVacuumInfo *info, IndexBulkDeleteResult *result)
{
	return result;
}

/*
 * The index has no operators, so that the planner makes no path of it; the cost
 * would keep it from taking one.
 */
static void
estimate_cost(struct PlannerInfo *root, struct IndexPath *path,
			  double loop_count, Cost *startup, Cost *total,
			  Selectivity *selectivity, double *correlation, double *pages)
{
	*startup = *total = get_float8_infinity();
	*selectivity = 1;
	*correlation = 0;
	*pages = 0;
}

static IndexScanDesc
begin_scan(Relation index, int keys, int orderings)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("access method \"auth_count\" does not support scans")));
	return NULL;
}

static bool
validate(Oid opclass)
{
	return true;
}

/* Whether counts can be kept in the index, which is locked. */
bool
auth_count_is_index(Relation index)
{
	return index->rd_rel->relkind == RELKIND_INDEX &&
		   index->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT &&
		   index->rd_indam->ambuild == build && index->rd_index->indisvalid;
}

/*
 * auth_count_handler(internal) index_am_handler
 *
 * The caller frees the result.
 */
Datum
auth_count_handler(PG_FUNCTION_ARGS)
{
	IndexAmRoutine *routine = makeNode(IndexAmRoutine);

	routine->amkeytype = InvalidOid;
	routine->ambuild = build;
	routine->ambuildempty = build_empty;
	routine->aminsert = insert;
	routine->ambulkdelete = bulk_delete;
	routine->amvacuumcleanup = vacuum_cleanup;
	routine->amcostestimate = estimate_cost;
	routine->amoptions = read_options;
	routine->amvalidate = validate;
	routine->ambeginscan = begin_scan;
	PG_RETURN_POINTER(routine);
}
