/*
 * compat.h
 *	  Differences between server versions, one heading per version.
 */
#ifndef AUTH_COMPAT_H
#define AUTH_COMPAT_H

#include "postgres.h"

#include "access/genam.h"
#include "catalog/pg_attribute.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/rel.h"

/* 18: how a function that does not return is declared. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 18: whether a deferrable primary key is wanted. */
#if PG_VERSION_NUM >= 180000
#define auth_get_primary_key(relation) \
	RelationGetPrimaryKeyIndex(relation, false)
#else
#define auth_get_primary_key(relation) RelationGetPrimaryKeyIndex(relation)
#endif

/* 18: generated columns that are not stored. */
#if PG_VERSION_NUM >= 180000
#define auth_is_virtual_column(column) \
	((column)->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL)
#else
#define auth_is_virtual_column(column) false
#endif
extern NullableDatum
auth_virtual_column(Relation relation, TupleTableSlot *slot, AttrNumber number);

/* 18: a NOT NULL may be there without having been validated. */
#if PG_VERSION_NUM >= 180000
#define auth_is_not_null(descriptor, number)                          \
	(TupleDescCompactAttr(descriptor, (number) -1)->attnullability == \
	 ATTNULLABLE_VALID)
#else
#define auth_is_not_null(descriptor, number) \
	(TupleDescAttr(descriptor, (number) -1)->attnotnull)
#endif

/* 18: an index scan takes a place for instrumentation. */
#if PG_VERSION_NUM >= 180000
#define auth_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define auth_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

/* 17: a lexer of JSON can be made in memory of the caller's. */
#if PG_VERSION_NUM >= 170000
#define auth_json_lexer(json, length, encoding) \
	makeJsonLexContextCstringLen(NULL, json, length, encoding, true)
#else
#define auth_json_lexer(json, length, encoding)            \
	makeJsonLexContextCstringLen(unconstify(char *, json), \
								 length,                   \
								 encoding,                 \
								 true)
#endif

/* 17: the number of the local transaction has moved. */
#if PG_VERSION_NUM >= 170000
#define auth_local_transaction() (MyProc->vxid.lxid)
#else
#define auth_local_transaction() (MyProc->lxid)
#endif

/* 17: so has the number of a process. */
#if PG_VERSION_NUM >= 170000
#define auth_process_number() MyProcNumber
#else
#define auth_process_number() (MyProc->pgprocno)
#endif
#define auth_process_latch(number) (&ProcGlobal->allProcs[number].procLatch)

/* 17: the case of characters is known without a locale. */
#if PG_VERSION_NUM >= 170000
#include "common/unicode_case.h"
#define auth_lower_point(point) unicode_lowercase_simple(point)
#else
#define auth_lower_point(point) ((pg_wchar) towlower((wint_t) (point)))
#endif

/* 17: what an extension waits for has a name in pg_stat_activity. */
#if PG_VERSION_NUM >= 170000
extern uint32 auth_turn_wait_event(void);
#else
#define auth_turn_wait_event() PG_WAIT_EXTENSION
#endif

/* 16: what is done with a part of JSON may fail. */
#if PG_VERSION_NUM >= 160000
#define auth_json_action JsonParseErrorType
#define auth_json_continue() return JSON_SUCCESS
#else
#define auth_json_action void
#define auth_json_continue() return
#endif

/* 16: varlena macros have a header of their own. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 16: a relation is extended by a function of its own. */
#if PG_VERSION_NUM >= 160000
#define auth_new_buffer(index, fork)  \
	ExtendBufferedRel(BMR_REL(index), \
					  fork,           \
					  NULL,           \
					  EB_LOCK_FIRST | EB_SKIP_EXTENSION_LOCK)
#else
extern Buffer auth_new_buffer(Relation index, ForkNumber fork);
#endif

/* 16: the schema of an extension can be asked for. */
#if PG_VERSION_NUM >= 160000
#define auth_get_extension_schema(extension) get_extension_schema(extension)
#else
extern Oid auth_get_extension_schema(Oid extension);
#endif

/* 16: who owns an object is asked in one way. */
#if PG_VERSION_NUM >= 160000
#define auth_owns_function(function, role) \
	object_ownercheck(ProcedureRelationId, function, role)
#else
#define auth_owns_function(function, role) pg_proc_ownercheck(function, role)
#endif

/* 15: reserved prefixes of settings. */
#if PG_VERSION_NUM < 150000
#define MarkGUCPrefixReserved(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

#endif /* AUTH_COMPAT_H */
