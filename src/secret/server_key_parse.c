/*
 * server_key_parse.c
 *	  Reads a file of keys.
 *
 * Lines ID:HEX, of which the first has the current key; empty lines
 * and lines that begin with # are passed over.  All of the file is read, so
 * that a mistake in it does not show only when a key is needed.
 */
#include <string.h>

#include "secret/server_key_parse.h"

#define MAX_KEYS 64

typedef struct Entry
{
	AuthSpan id;
	AuthSpan digits;
} Entry;

/* The characters in a key's name. */
bool
auth_server_key_is_id(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The line without the spaces around it; the cursor goes on to the next. */
static AuthSpan
read_line(const char **cursor)
{
	AuthSpan line = {*cursor, strcspn(*cursor, "\n")};

	*cursor += line.length + ((*cursor)[line.length] == '\n' ? 1 : 0);
	while (line.length > 0 && is_space(line.start[line.length - 1]))
		line.length--;
	while (line.length > 0 && is_space(*line.start))
	{
		line.start++;
		line.length--;
	}
	return line;
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
read_digits(const AuthSpan *digits)
{
	for (size_t i = 0; i < digits->length; i++)
	{
		if (digit_value(digits->start[i]) < 0)
			return false;
	}
	return digits->length % 2 == 0 &&
		   digits->length >= (size_t) 2 * AUTH_SERVER_KEY_MIN &&
		   digits->length <= (size_t) 2 * AUTH_SERVER_KEY_MAX;
}

static bool
read_entry(AuthSpan line, Entry *entry)
{
	entry->id = (AuthSpan){line.start, 0};
	while (entry->id.length < line.length &&
		   auth_server_key_is_id(line.start[entry->id.length]))
		entry->id.length++;
	if (entry->id.length == 0 || entry->id.length > AUTH_SERVER_KEY_ID ||
		entry->id.length == line.length || line.start[entry->id.length] != ':')
		return false;
	entry->digits = (AuthSpan){line.start + entry->id.length + 1,
							   line.length - entry->id.length - 1};
	return read_digits(&entry->digits);
}

static bool
is_same(const AuthSpan *a, const AuthSpan *b)
{
	return a->length == b->length && memcmp(a->start, b->start, a->length) == 0;
}

/* The entry with the id, or NULL. */
static const Entry *
find(const Entry *entries, int count, const AuthSpan *id)
{
	for (int i = 0; i < count; i++)
	{
		if (is_same(&entries[i].id, id))
			return &entries[i];
	}
	return NULL;
}

static void
copy_entry(const Entry *entry, AuthServerKey *key)
{
	memcpy(key->id, entry->id.start, entry->id.length);
	key->id[entry->id.length] = '\0';
	key->length = entry->digits.length / 2;
	for (size_t i = 0; i < key->length; i++)
		key->key[i] = (uint8_t) (digit_value(entry->digits.start[2 * i]) * 16 +
								 digit_value(entry->digits.start[2 * i + 1]));
}

/*
 * Find the key with the id or, without an id, the first one.  The number of the
 * line that was read last tells where a file is malformed, as one without any
 * key is.
 */
AuthServerKeyStatus
auth_server_key_parse(const char *text, const AuthSpan *id, AuthServerKey *key,
					  int *line)
{
	Entry entries[MAX_KEYS];
	int count = 0;
	const Entry *found;

	for (*line = 1; *text != '\0'; (*line)++)
	{
		AuthSpan content = read_line(&text);

		if (content.length == 0 || *content.start == '#')
			continue;
		if (count == MAX_KEYS || !read_entry(content, &entries[count]) ||
			find(entries, count, &entries[count].id) != NULL)
			return AUTH_SERVER_KEY_MALFORMED;
		count++;
	}
	if (count == 0)
		return AUTH_SERVER_KEY_MALFORMED;
	found = id == NULL ? &entries[0] : find(entries, count, id);
	if (found == NULL)
		return AUTH_SERVER_KEY_NOT_FOUND;
	copy_entry(found, key);
	return AUTH_SERVER_KEY_FOUND;
}
