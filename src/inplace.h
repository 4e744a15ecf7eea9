/*
 * inplace.h
 *	  Rows that are changed past the transaction.
 */
#ifndef AUTH_INPLACE_H
#define AUTH_INPLACE_H

#include "postgres.h"

#include "access/generic_xlog.h"
#include "access/htup_details.h"
#include "storage/buf.h"
#include "storage/bufpage.h"
#include "utils/rel.h"

/* A page, locked exclusively from open to close. */
typedef struct AuthInplace
{
	Relation relation;
	BlockNumber block;
	Buffer buffer;
	Page page;				  /* as it is */
	GenericXLogState *change; /* NULL: nothing changed yet */
	Page changed;			  /* as it is going to be */
} AuthInplace;

extern void auth_inplace_open(AuthInplace *inplace, Relation relation,
							  BlockNumber block);
extern HeapTupleHeader auth_inplace_get(AuthInplace *inplace,
										OffsetNumber offset);
extern HeapTupleHeader auth_inplace_change(AuthInplace *inplace,
										   OffsetNumber offset);
extern XLogRecPtr auth_inplace_close(AuthInplace *inplace);

#endif /* AUTH_INPLACE_H */
