/*
 * identity.c
 *	  Who acts in this transaction.
 *
 * The identity is memory of this process that the token of a living session
 * sets and nothing else does: no setting, table or argument can forge it.  It
 * is as of when it was set, and gone with the transaction, whose rollback to a
 * savepoint brings back the one before.
 *
 * Entries are kept in TopTransactionContext, each with what a subtransaction
 * has set last.  A refusal has one, too, so that nobody acts from then on and
 * never again who did before.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "identity/identity.h"
#include "secret/secret.h"
#include "session/level.h"
#include "session/session.h"
#include "session/session_live.h"

PG_FUNCTION_INFO_V1(auth_set_session);
PG_FUNCTION_INFO_V1(auth_clear_session);

typedef struct Entry
{
	struct Entry *previous; /* of an outer subtransaction */
	SubTransactionId owner;
	bool known; /* false: nobody, on purpose */
	AuthIdentity identity;
	Size room; /* bytes at user_id */
	char user_id[FLEXIBLE_ARRAY_MEMBER];
} Entry;

static Entry *current = NULL;

static Size
entry_size(Size room)
{
	return offsetof(Entry, user_id) + room;
}

static void
release(Entry *entry)
{
	auth_secret_wipe(entry, entry_size(entry->room));
	pfree(entry);
}

static void
drop(void)
{
	Entry *entry = current;

	current = entry->previous;
	release(entry);
}

/* Deferred triggers fire before this, and still see the identity. */
static void
transaction_ends(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_PRE_COMMIT ||
		event == XACT_EVENT_PARALLEL_PRE_COMMIT ||
		event == XACT_EVENT_PRE_PREPARE)
		return;
	while (current != NULL)
		drop();
}

/* Of two entries of one subtransaction the later one holds. */
static void
drop_earlier(SubTransactionId owner)
{
	Entry *earlier = current->previous;

	if (earlier == NULL || earlier->owner != owner)
		return;
	current->previous = earlier->previous;
	release(earlier);
}

static void
subtransaction_ends(SubXactEvent event, SubTransactionId own,
					SubTransactionId parent, void *arg)
{
	if (current == NULL || current->owner != own)
		return;
	if (event == SUBXACT_EVENT_ABORT_SUB)
		drop();
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
	{
		current->owner = parent;
		drop_earlier(parent);
	}
}

void
auth_identity_init(void)
{
	RegisterXactCallback(transaction_ends, NULL);
	RegisterSubXactCallback(subtransaction_ends, NULL);
}

/*
 * Who acts in this transaction, until that changes; NULL: nobody.  A parallel
 * worker does not know, and must not take that for nobody: rows would be
 * missing without a word.
 */
const AuthIdentity *
auth_identity(void)
{
	if (IsParallelWorker())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("a parallel worker does not know the identity of the "
						"transaction"),
				 errhint("Functions that ask for it must be PARALLEL "
						 "RESTRICTED.")));
	return current != NULL && current->known ? &current->identity : NULL;
}

static void
push(SubTransactionId owner, Size room)
{
	Entry *entry =
		MemoryContextAllocZero(TopTransactionContext, entry_size(room));

	entry->previous = current;
	entry->owner = owner;
	entry->room = room;
	current = entry;
}

/* The entry of this subtransaction, with so much room for a user id. */
static Entry *
claim(Size room)
{
	SubTransactionId owner = GetCurrentSubTransactionId();

	if (current == NULL || current->owner != owner || current->room < room)
	{
		push(owner, room);
		drop_earlier(owner);
	}
	return current;
}

/*
 * Have somebody act from now on, or NULL: nobody.  Code that somebody else has
 * attached to a table and that runs restricted, as that of an index does, must
 * not choose who acts after it.
 */
static void
become(const AuthIdentity *identity)
{
	Size room = identity != NULL ? VARSIZE_ANY(identity->user_id) : 0;
	Entry *entry;

	if (InSecurityRestrictedOperation())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("cannot change the identity of the transaction within "
						"security-restricted operation")));
	if (identity == NULL && auth_identity() == NULL)
		return;
	entry = claim(room);
	entry->known = identity != NULL;
	auth_secret_wipe(&entry->identity, sizeof(AuthIdentity));
	auth_secret_wipe(entry->user_id, entry->room);
	if (identity == NULL)
		return;
	entry->identity = *identity;
	entry->identity.user_id = (text *) entry->user_id;
	memcpy(entry->user_id, identity->user_id, room);
}

/*
 * Have the user of a session act from now on, if the session lives: it is
 * renewed as by a validation.  False, and nobody acts: there is no such session,
 * or none is given.
 */
bool
auth_identity_set(const pg_uuid_t *session_id)
{
	AuthLiveSession live;
	AuthIdentity identity;
	bool renewed;

	if (session_id == NULL ||
		!auth_session_validate(&live, session_id, &renewed))
	{
		become(NULL);
		return false;
	}
	identity = (AuthIdentity){
		.session_id = *session_id,
		.level = auth_level(auth_session_methods(&live)),
		.authenticated_at = auth_session_authenticated_at(&live),
		.user_id = DatumGetTextPP(auth_row_require(&live.user, AUTH_USER_ID)),
	};
	become(&identity);
	auth_session_close(&live);
	return true;
}

/*
 * A session has got another id: if its user acts, it goes on to, by what the
 * session amounts to now.
 */
void
auth_identity_follow(const pg_uuid_t *session_id, const pg_uuid_t *renewed)
{
	const AuthIdentity *identity = auth_identity();

	if (identity != NULL &&
		memcmp(&identity->session_id, session_id, UUID_LEN) == 0)
		(void) auth_identity_set(renewed);
}

/*
 * auth_set_session(token text) boolean
 *
 * Until the transaction ends the user of the session acts.  False: nobody does,
 * as the token is NULL or that of no living session.  42501 where others than
 * the caller have code run.
 */
Datum
auth_set_session(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	pg_uuid_t id;
	bool known;

	auth_secret_begin(&scope);
	auth_secret_id_argument(fcinfo, 0, &id);
	known = auth_identity_set(&id);
	auth_secret_end(&scope);
	PG_RETURN_BOOL(known);
}

/*
 * auth_clear_session() void
 *
 * From here on nobody acts.
 */
Datum
auth_clear_session(PG_FUNCTION_ARGS)
{
	become(NULL);
	PG_RETURN_VOID();
}
