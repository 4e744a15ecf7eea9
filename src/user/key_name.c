/*
 * key_name.c
 *	  The names of keys, as they are typed.
 *
 * Names of the providers in auth.email_providers are folded before anything
 * else is done with them, whether they are going to be stored or looked for:
 * how an address is typed makes no difference then.  Which row a name means is
 * for auth_key_read to say, and from there on the row's own spelling is used.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

#include "call/argument.h"
#include "call/value.h"
#include "password/fold.h"
#include "server/setting.h"
#include "user/key_name.h"
#include "user/spelling.h"

PG_FUNCTION_INFO_V1(auth_fold_email);

static char *email_providers;

void
auth_key_name_init(void)
{
	auth_setting_list("auth.email_providers",
					  "Providers whose names are addresses of mail.",
					  "How these are typed makes no difference.",
					  &email_providers,
					  "email",
					  auth_check_providers);
}

/* The ids of the providers whose names are folded. */
List *
auth_key_email_providers(void)
{
	List *providers;

	(void) SplitGUCList(pstrdup(email_providers), ',', &providers);
	return providers;
}

/* The same as an argument of a statement. */
NullableDatum
auth_key_email_provider_array(void)
{
	List *providers = auth_key_email_providers();
	Datum *values = palloc((list_length(providers) + 1) * sizeof(Datum));
	ListCell *cell;
	int count = 0;

	foreach (cell, providers)
		values[count++] = CStringGetTextDatum(lfirst(cell));
	return auth_text_array(values, count);
}

static bool
is_provider(text *provider_id, const char *name)
{
	return auth_spelling_same(AUTH_KEY,
							  AUTH_KEY_PROVIDER_ID,
							  provider_id,
							  cstring_to_text(name));
}

/* Whether names of the provider are addresses. */
bool
auth_key_is_email_provider(text *provider_id)
{
	ListCell *cell;

	foreach (cell, auth_key_email_providers())
	{
		if (is_provider(provider_id, lfirst(cell)))
			return true;
	}
	return false;
}

/* Raise 22023 unless they are. */
void
auth_key_require_email_provider(text *provider_id)
{
	if (!auth_key_is_email_provider(provider_id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("names of provider \"%s\" are no addresses",
						text_to_cstring(provider_id)),
				 errhint("The setting \"auth.email_providers\" lists those "
						 "whose names are.")));
}

/*
 * The name in folded form, or NULL when there is none.  A longer one than is
 * ever stored is nobody's name and left as it is.
 */
static text *
fold(text *name)
{
	AuthBytes folded;

	if (VARSIZE_ANY_EXHDR(name) > AUTH_IDENTIFIER_BYTES)
		return name;
	if (!auth_fold_address(name, &folded))
		return NULL;
	return cstring_to_text_with_len(folded.bytes, folded.length);
}

/* The name as the provider's are stored; NULL when they cannot be like it. */
text *
auth_key_name_folded(text *provider_id, text *name)
{
	return auth_key_is_email_provider(provider_id) ? fold(name) : name;
}

static text *
require_folded(text *folded, const char *argument)
{
	if (folded == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not begin or end with a space, nor contain "
						"control characters",
						argument)));
	return folded;
}

/*
 * The name as the provider's are stored, or 22023: of a name that is looked
 * for, too, as that tells nothing.
 */
static text *
asked_name(text *provider_id, text *name, const char *argument)
{
	return require_folded(auth_key_name_folded(provider_id, name), argument);
}

/* An address of mail that comes without a provider. */
text *
auth_key_name_address(text *address, const char *argument)
{
	return auth_key_email_providers() == NIL ?
			   address :
			   require_folded(fold(address), argument);
}

/* The arguments that name a key to look for. */
void
auth_key_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo, int first)
{
	id->provider_id = auth_argument_text(fcinfo, first, "provider_id");
	id->provider_user_id =
		asked_name(id->provider_id,
				   auth_argument_text(fcinfo, first + 1, "provider_user_id"),
				   "provider_user_id");
}

/* A name that is going to be stored; its normal form can be longer. */
text *
auth_key_new_name(text *provider_id, text *name, const char *argument)
{
	return auth_argument_require_identifier(asked_name(provider_id,
													   name,
													   argument),
											argument);
}

/* The arguments of these names, for a key that is going to be stored. */
void
auth_key_new_id(AuthKeyId *id, FunctionCallInfo fcinfo, int first,
				const char *provider_id, const char *provider_user_id)
{
	id->provider_id = auth_argument_new_identifier(fcinfo, first, provider_id);
	id->provider_user_id =
		auth_key_new_name(id->provider_id,
						  auth_argument_new_identifier(fcinfo,
													   first + 1,
													   provider_user_id),
						  provider_user_id);
}

void
auth_key_new_id_arguments(AuthKeyId *id, FunctionCallInfo fcinfo, int first)
{
	auth_key_new_id(id, fcinfo, first, "provider_id", "provider_user_id");
}

/* The spelling of an address that all its spellings have. */
static text *
common_spelling(text *address)
{
	text *folded = fold(address);

	return folded != NULL ? folded : address;
}

/* Whether both are one address, whatever its provider would be. */
bool
auth_key_name_same_address(text *a, text *b)
{
	return auth_spelling_same(AUTH_KEY,
							  AUTH_KEY_PROVIDER_USER_ID,
							  common_spelling(a),
							  common_spelling(b));
}

/* The part of a digest that is the same for all spellings of an address. */
AuthDigestPart
auth_key_name_digest_address(text *address)
{
	return auth_spelling_digest(AUTH_KEY,
								AUTH_KEY_PROVIDER_USER_ID,
								common_spelling(address));
}

/*
 * auth_fold_email(address text) text
 *
 * The address as it is stored and looked for; NULL for one that is refused.
 */
Datum
auth_fold_email(PG_FUNCTION_ARGS)
{
	text *folded = fold(auth_argument_text(fcinfo, 0, "address"));

	if (folded == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(folded);
}
