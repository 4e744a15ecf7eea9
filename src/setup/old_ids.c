/*
 * old_ids.c
 *	  Ids of layout 1, which were all of a hash.
 *
 * Since then ids are UUIDs of version 8, by six bits of theirs.  Whoever has a
 * token comes with an id that has these bits: so the stored ones get them, and
 * sessions, refresh tokens and one-time tokens go on.  Foreign keys to them
 * follow if they say ON UPDATE CASCADE, as for a rotation; others refuse, and
 * then nothing has changed.
 *
 * Of codes the id is random, and their hash depends on it.  Events keep what
 * they say.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"

#include "setup/old_ids.h"

#define MAX_COLUMNS 4

static const struct
{
	const char *table;
	const char *columns[MAX_COLUMNS];
	const char *condition;
} ids[] = {
	{"auth_session", {"id", "family_id"}, "true"},
	{"auth_refresh_token",
	 {"id", "session_id", "token_hash", "spent_hash"},
	 "true"},
	{"auth_token", {"id"}, "code_hash IS NULL"},
	{"auth_outbox",
	 {"token_id"},
	 "NOT EXISTS (SELECT FROM auth_token t WHERE t.id = token_id)"},
};

/* The id with its version, which is its 13th digit, and variant, the 17th. */
static char *
mark(const char *id)
{
	return psprintf("(left(%s::text, 14) || '8'::text"
					" || substr(%s::text, 16, 4)"
					" || translate(substr(%s::text, 20, 1),"
					" '01234567cdef', '89ab89ab89ab')"
					" || substr(%s::text, 21))::uuid",
					id,
					id,
					id,
					id);
}

static void
execute(const char *text)
{
	if (SPI_execute(text, false, 0) < 0)
		elog(ERROR, "could not execute \"%s\"", text);
}

static void
mark_table(int number)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "UPDATE %s SET ", ids[number].table);
	for (int i = 0; i < MAX_COLUMNS && ids[number].columns[i] != NULL; i++)
		appendStringInfo(&text,
						 "%s%s = %s",
						 i == 0 ? "" : ", ",
						 ids[number].columns[i],
						 mark(ids[number].columns[i]));
	appendStringInfo(&text, " WHERE %s", ids[number].condition);
	execute(text.data);
}

/* As the owner of the tables. */
void
auth_old_ids_mark(void)
{
	for (int i = 0; i < lengthof(ids); i++)
		mark_table(i);
	execute(psprintf("UPDATE auth_refresh_token SET sibling_hashes ="
					 " ARRAY(SELECT %s"
					 " FROM pg_catalog.unnest(sibling_hashes) hash)"
					 " WHERE sibling_hashes IS NOT NULL",
					 mark("hash")));
}
