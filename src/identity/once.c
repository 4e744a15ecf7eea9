/*
 * once.c
 *	  Calls that a statement evaluates once.
 *
 * A stable function of constants has one value in a statement, but the executor
 * evaluates it for each row.  As the support function of such a function,
 * auth_once() has the planner put the call into an InitPlan of the topmost query,
 * as (SELECT function()) would into one of the query that it stands in, and a
 * Param in the call's place.  So the value is computed when the first row is
 * met, and is one for all levels of the statement; parallel workers are sent it,
 * and plans do not depend on what it is while they are made.
 *
 * A SubLink would not do: the planner simplifies WHERE and LIMIT of an EXISTS
 * with the PlannerInfo of the query around it, and would not look for SubLinks
 * that come up there.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/subselect.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"

#include "identity/once.h"
#include "server/setting.h"

PG_FUNCTION_INFO_V1(auth_once);

static bool enabled;

/* Plans that are kept were made by the other value. */
static void
assign_enabled(bool newval, void *extra)
{
	if (newval != enabled)
		ResetPlanCache();
}

void
auth_once_init(void)
{
	auth_setting_bool("auth.once",
					  "Whether auth_once() has calls evaluated once.",
					  &enabled,
					  true,
					  assign_enabled);
}

/*
 * Whether the query has a FROM.  Without one there is a single row for which
 * nothing is gained, and PL/pgSQL evaluates its expressions without an executor
 * that could run an InitPlan.
 */
static bool
reads_rows(Query *query)
{
	List *from = query->jointree->fromlist;
	RangeTblRef *only;

	if (list_length(from) != 1 || !IsA(linitial(from), RangeTblRef))
		return from != NIL;
	only = linitial_node(RangeTblRef, from);
	return rt_fetch(only->rtindex, query->rtable)->rtekind != RTE_RESULT;
}

static bool
is_user_function(Oid function, void *context)
{
	return function >= FirstNormalObjectId;
}

static bool
calls_user_function(Node *node, void *context)
{
	return node != NULL &&
		   (check_functions_in_node(node, is_user_function, NULL) ||
			expression_tree_walker(node, calls_user_function, NULL));
}

/*
 * The same of what is simplified of a function that returns a set: not the call,
 * but its arguments, among them those that it lacks, whose defaults may be calls
 * of anything.
 */
static bool
simplifies_user_function_of_set(FuncExpr *call)
{
	return calls_user_function((Node *) call->args, NULL) ||
		   (is_user_function(call->funcid, NULL) &&
			list_length(call->args) < get_func_nargs(call->funcid));
}

static bool
simplifies_user_function(RangeTblFunction *function)
{
	Node *call = function->funcexpr;

	if (IsA(call, FuncExpr) && ((FuncExpr *) call)->funcretset)
		return simplifies_user_function_of_set((FuncExpr *) call);
	return calls_user_function(call, NULL);
}

static bool
has_user_function_in_from(Query *query)
{
	ListCell *entry;
	ListCell *function;

	foreach (entry, query->rtable)
	{
		/* Other entries have none. */
		foreach (function, lfirst_node(RangeTblEntry, entry)->functions)
		{
			if (simplifies_user_function(lfirst(function)))
				return true;
		}
	}
	return false;
}

/*
 * While it pulls up a subquery, the planner simplifies the functions in its FROM
 * with a PlannerInfo that it then throws away, with all InitPlans of it.  That
 * one has the parent of the query that it is pulled up into, so that only one of
 * the topmost level does harm.  That it is one cannot be seen, only that it is
 * not.
 */
static bool
may_be_thrown_away(PlannerInfo *root)
{
	return root->parent_root == NULL &&
		   root->parse->commandType == CMD_SELECT && root->init_plans == NIL &&
		   root->qual_security_level == 0 &&
		   has_user_function_in_from(root->parse);
}

static PlannerInfo *
topmost(PlannerInfo *root)
{
	while (root->parent_root != NULL)
		root = root->parent_root;
	return root;
}

static bool
is_constant(Node *node)
{
	while (IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	return IsA(node, Const) ||
		   (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXTERN);
}

/* Whether the call has one value in a statement. */
static bool
is_stable(FuncExpr *call)
{
	ListCell *argument;

	foreach (argument, call->args)
	{
		if (!is_constant(lfirst(argument)))
			return false;
	}
	return !call->funcretset &&
		   func_volatile(call->funcid) != PROVOLATILE_VOLATILE;
}

/* Whether the InitPlan is one of ours and evaluates this call. */
static bool
evaluates(PlannerInfo *root, SubPlan *initplan, FuncExpr *call)
{
	Plan *plan = list_nth(root->glob->subplans, initplan->plan_id - 1);

	return IsA(plan, Result) && plan->lefttree == NULL &&
		   ((Result *) plan)->resconstantqual == NULL &&
		   list_length(plan->targetlist) == 1 &&
		   equal(linitial_node(TargetEntry, plan->targetlist)->expr, call);
}

/* Another Param for the value of an InitPlan that evaluates this call. */
static Param *
find_param(PlannerInfo *root, FuncExpr *call)
{
	ListCell *cell;

	foreach (cell, root->init_plans)
	{
		SubPlan *initplan = lfirst(cell);
		Param *param;

		if (list_length(initplan->setParam) != 1 ||
			!evaluates(root, initplan, call))
			continue;
		param = makeNode(Param);
		param->paramkind = PARAM_EXEC;
		param->paramid = linitial_int(initplan->setParam);
		param->paramtype = exprType((Node *) call);
		param->paramtypmod = exprTypmod((Node *) call);
		param->paramcollid = exprCollation((Node *) call);
		param->location = -1;
		return param;
	}
	return NULL;
}

static Plan *
make_plan(FuncExpr *call)
{
	Result *result = makeNode(Result);
	Expr *copy = copyObject((Expr *) call);
	Plan *plan = &result->plan;

	plan->targetlist = list_make1(makeTargetEntry(copy, 1, NULL, false));
	plan->total_cost = cpu_operator_cost;
	plan->plan_rows = 1;
	plan->plan_width =
		get_typavgwidth(exprType((Node *) call), exprTypmod((Node *) call));
	return plan;
}

/* What the planner would have planned SELECT of a call with. */
static PlannerInfo *
make_child(PlannerInfo *root)
{
	PlannerInfo *child = makeNode(PlannerInfo);

	child->parse = makeNode(Query);
	child->parse->commandType = CMD_SELECT;
	child->parse->jointree = makeFromExpr(NIL, NULL);
	child->glob = root->glob;
	child->query_level = root->query_level + 1;
	child->parent_root = root;
	child->planner_cxt = root->planner_cxt;
	child->wt_param_id = -1;
	return child;
}

static Param *
make_param(PlannerInfo *root, FuncExpr *call)
{
	Param *param = SS_make_initplan_output_param(root,
												 exprType((Node *) call),
												 exprTypmod((Node *) call),
												 exprCollation((Node *) call));

	SS_make_initplan_from_plan(root, make_child(root), make_plan(call), param);
	return param;
}

/*
 * Whether what is simplified is a CHECK of a table that is read, and no part of
 * the query, all of which has been before its tables are looked at.  The planner
 * believes a CHECK unless it calls what is not immutable, and must go on seeing
 * the call: the rows fit the value of when they were written.
 */
static bool
is_check(PlannerInfo *root)
{
	return root->simple_rel_array != NULL;
}

/*
 * Whether the call can be evaluated ahead of the query.  Expressions that are
 * planned without one, as that of a CHECK of a domain or a cast of PL/pgSQL, have
 * no PlannerInfo, or an empty one.
 */
static bool
applies(PlannerInfo *root, FuncExpr *call)
{
	return root != NULL && root->parse != NULL && reads_rows(root->parse) &&
		   !is_check(root) && !may_be_thrown_away(root) && is_stable(call);
}

/*
 * auth_once(internal) internal
 *
 * The support function: a Param in the place of the call, or NULL, and the call
 * stays as it is.
 */
Datum
auth_once(PG_FUNCTION_ARGS)
{
	SupportRequestSimplify *request =
		(SupportRequestSimplify *) PG_GETARG_POINTER(0);
	PlannerInfo *root;
	Param *param;

	if (!IsA(request, SupportRequestSimplify) || !enabled ||
		!applies(request->root, request->fcall))
		PG_RETURN_POINTER(NULL);
	root = topmost(request->root);
	param = find_param(root, request->fcall);
	if (param == NULL)
		param = make_param(root, request->fcall);
	PG_RETURN_POINTER(param);
}
