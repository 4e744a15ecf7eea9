/*
 * subtransaction.c
 *	  Work that is done and then kept or undone, so that who waits for the
 *	  answer cannot tell which.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "server/subtransaction.h"

/*
 * Undo the subtransaction, and raise its error in the caller's unless that is
 * one to be forgiven.
 */
static void
undo(MemoryContext context, ResourceOwner owner, AuthForgives forgives)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (forgives == NULL || !forgives(error))
		ReThrowError(error);
	FreeErrorData(error);
}

static bool
run(AuthWork work, void *argument, AuthForgives forgives)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool keep = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		keep = work(argument);
		if (keep)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		keep = false;
		undo(context, owner, forgives);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return keep;
}

/*
 * Do the work, and undo it unless it answers that it is to be kept; returns its
 * answer.
 */
bool
auth_subtransaction_keep(AuthWork work, void *argument)
{
	return run(work, argument, NULL);
}

/* The same, where an error that is forgiven undoes it, too. */
bool
auth_subtransaction_try(AuthWork work, void *argument, AuthForgives forgives)
{
	return run(work, argument, forgives);
}
