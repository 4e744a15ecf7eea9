/*
 * amr.c
 *	  The words of the methods by which a user was authenticated, as text[].
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "call/value.h"
#include "session/amr.h"
#include "session/level.h"

static char *
list_words(void)
{
	StringInfoData list;
	const char *word;

	initStringInfo(&list);
	for (int i = 0; (word = auth_level_word(i)) != NULL; i++)
		appendStringInfo(&list, i == 0 ? "%s" : ", %s", word);
	return list.data;
}

static void
check_no_null(bool isnull)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("amr must not contain null values")));
}

static int32
get_method(Datum value)
{
	char *word = TextDatumGetCString(value);
	int32 method = auth_level_method(word);

	if (method == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("amr contains an unknown word: \"%.*s\"",
						pg_mbcliplen(word, strlen(word), NAMEDATALEN),
						word),
				 errhint("Known words are %s.", list_words())));
	pfree(word);
	return method;
}

/* The argument amr: the methods that its words stand for; without it none. */
int32
auth_amr_argument(FunctionCallInfo fcinfo, int number)
{
	int32 methods = 0;
	Datum *words;
	bool *nulls;
	int count;

	if (PG_ARGISNULL(number))
		return 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(number),
					  TEXTOID,
					  -1,
					  false,
					  TYPALIGN_INT,
					  &words,
					  &nulls,
					  &count);
	for (int i = 0; i < count; i++)
	{
		check_no_null(nulls[i]);
		methods |= get_method(words[i]);
	}
	return methods;
}

static NullableDatum
make_array(int32 methods)
{
	const char *words[AUTH_LEVEL_WORDS];
	Datum elements[AUTH_LEVEL_WORDS];
	int count = auth_level_words(methods, words);

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(words[i]);
	return auth_text_array(elements, count);
}

static ArrayType *
keep(const ArrayType *array)
{
	static MemoryContext context = NULL;
	Size size = VARSIZE(array);

	if (context == NULL)
		context = AllocSetContextCreate(CacheMemoryContext,
										"auth amr",
										ALLOCSET_SMALL_SIZES);
	return memcpy(MemoryContextAlloc(context, size), array, size);
}

/*
 * The words of the methods, which are not to be changed.  Every validation
 * returns them, so that they are made once.
 */
NullableDatum
auth_amr_value(int32 methods)
{
	static ArrayType *kept[AUTH_METHODS + 1];
	int known = methods & AUTH_METHODS;

	if (kept[known] == NULL)
		kept[known] = keep(DatumGetArrayTypeP(make_array(known).value));
	return auth_pointer(kept[known]);
}
