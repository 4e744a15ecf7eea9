/*
 * identity_request.c
 *	  The token of an HTTP request, as PostgREST passes requests on.
 *
 * Before it runs a request, PostgREST sets request.headers and request.cookies,
 * JSON objects of strings, for the transaction.  Any SQL can set them as well,
 * and gains nothing: the token has to be that of a living session.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "identity/identity.h"
#include "secret/secret.h"
#include "server/compat.h"

PG_FUNCTION_INFO_V1(auth_set_session_from_request);

/* What is looked for in a JSON object, and what was found. */
typedef struct Search
{
	const char *name;
	int depth;	/* of the arrays and objects that are read */
	bool next;	/* the next value is that of the name */
	int values; /* of the name */
	int tokens; /* among them that are strings */
	pg_uuid_t id;
} Search;

static auth_json_action
begin_nested(void *state)
{
	Search *search = state;

	search->depth++;
	search->next = false;
	auth_json_continue();
}

static auth_json_action
end_nested(void *state)
{
	Search *search = state;

	search->depth--;
	auth_json_continue();
}

static auth_json_action
begin_field(void *state, char *name, bool isnull)
{
	Search *search = state;

	search->next = search->depth == 1 && strcmp(name, search->name) == 0;
	search->values += search->next;
	auth_json_continue();
}

/* The parser has made a copy of the value, which may be any secret. */
static auth_json_action
take_value(void *state, char *value, JsonTokenType type)
{
	Search *search = state;
	Size length = strlen(value);

	if (search->next && type == JSON_TOKEN_STRING)
	{
		search->tokens++;
		auth_secret_id_of_bytes(value, length, &search->id);
	}
	search->next = false;
	auth_secret_wipe(value, length);
	auth_json_continue();
}

/* Read the JSON of a setting; false: it is none. */
static bool
parse(const char *json, Search *search)
{
	JsonLexContext *lex =
		auth_json_lexer(json, strlen(json), GetDatabaseEncoding());
	JsonSemAction actions = {
		.semstate = search,
		.object_start = begin_nested,
		.object_end = end_nested,
		.array_start = begin_nested,
		.array_end = end_nested,
		.object_field_start = begin_field,
		.scalar = take_value,
	};
	bool valid = pg_parse_json(lex, &actions) == JSON_SUCCESS;

	auth_secret_wipe(lex->strval->data, lex->strval->maxlen);
	return valid;
}

/*
 * Look for the name, given by an argument, in a setting.  False: the request
 * does not have it.  Where it does, but not once and as a string, or where the
 * setting is no JSON, there is no token.
 */
static bool
find(FunctionCallInfo fcinfo, int number, const char *setting, Search *search)
{
	const char *json = GetConfigOption(setting, true, false);
	bool valid;

	memset(search, 0, sizeof(*search));
	if (PG_ARGISNULL(number) || json == NULL || json[0] == '\0')
		return false;
	search->name = text_to_cstring(PG_GETARG_TEXT_PP(number));
	valid = parse(json, search);
	if (!valid || search->values != 1)
		search->tokens = 0;
	return !valid || search->values > 0;
}

/*
 * auth_set_session_from_request(cookie text, header text) boolean
 *
 * As auth_set_session, by the token in the header of this name, in lower case,
 * or else, where the request has no such header, in the cookie.  NULL: there is
 * none to be looked for.
 */
Datum
auth_set_session_from_request(PG_FUNCTION_ARGS)
{
	AuthSecretScope scope;
	Search search;
	bool known;

	auth_secret_begin(&scope);
	if (!find(fcinfo, 1, "request.headers", &search))
		(void) find(fcinfo, 0, "request.cookies", &search);
	known = auth_identity_set(search.tokens == 1 ? &search.id : NULL);
	auth_secret_end(&scope);
	PG_RETURN_BOOL(known);
}
