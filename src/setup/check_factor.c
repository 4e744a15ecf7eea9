/*
 * check_factor.c
 *	  For auth_check(): whether those are asked for a second factor who have one.
 *
 * That is said in the user's row, which statements of others may have changed
 * apart from the factors, or a restore.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "call/value.h"
#include "setup/check_factor.h"
#include "setup/finding.h"

/* Conditions on a user "u", whose factors are in the table. */
#define HAS_FACTOR(table)                                    \
	"EXISTS (SELECT FROM " table " t WHERE t.user_id = u.id" \
	" AND t.confirmed_at IS NOT NULL)"
#define ASKED_IN_VAIN(table) \
	"u.second_factor_at IS NOT NULL AND NOT " HAS_FACTOR(table)
#define NOT_ASKED(table) "u.second_factor_at IS NULL AND " HAS_FACTOR(table)

#define FIND(finding, condition)                                               \
	{                                                                          \
		.text = "SELECT 'error', 'factor', '" finding                          \
				": ' || count(*)::text, $1 FROM auth_user u WHERE " condition( \
					"auth_totp") " HAVING count(*) > 0::bigint",               \
		AUTH_TYPES(TEXTOID), .results = AUTH_FINDING_TYPES,                    \
		.table = AUTH_USER,                                                    \
	}

static AuthStatement find_asked_in_vain =
	FIND("users are asked for a second factor and have none", ASKED_IN_VAIN);

static AuthStatement find_not_asked =
	FIND("users have a second factor and are not asked for it", NOT_ASKED);

/* The statement that mends what was found, of a format with two schemas. */
static NullableDatum
mend(const char *format)
{
	const char *schema =
		quote_identifier(get_namespace_name(auth_relation_schema()));

	return auth_string(psprintf(format, schema, schema));
}

void
auth_check_factors(FunctionCallInfo fcinfo, AuthExecution *execution)
{
	NullableDatum forget = mend("UPDATE %s.auth_user u SET second_factor_at ="
								" NULL WHERE " ASKED_IN_VAIN("%s.auth_totp"));
	NullableDatum ask = mend("UPDATE %s.auth_user u SET second_factor_at ="
							 " now() WHERE " NOT_ASKED("%s.auth_totp"));

	(void) auth_finding_run(fcinfo, execution, &find_asked_in_vain, &forget);
	(void) auth_finding_run(fcinfo, execution, &find_not_asked, &ask);
}
