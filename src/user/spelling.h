/*
 * spelling.h
 *	  Which spellings are one name.
 */
#ifndef AUTH_SPELLING_H
#define AUTH_SPELLING_H

#include "postgres.h"

#include "secret/digest.h"
#include "table/relation.h"

extern bool auth_spelling_same(AuthTable table, int column, text *a, text *b);
extern AuthDigestPart auth_spelling_digest(AuthTable table, int column,
										   text *name);

#endif /* AUTH_SPELLING_H */
