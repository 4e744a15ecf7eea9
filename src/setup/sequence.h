/*
 * sequence.h
 *	  Sequences of our tables that are behind their rows.
 */
#ifndef AUTH_SEQUENCE_H
#define AUTH_SEQUENCE_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "table/statement.h"

extern List *auth_sequence_problems(AuthExecution *execution);

#endif /* AUTH_SEQUENCE_H */
