/*
 * secret.c
 *	  Handling of secrets: wiped memory, randomness, statements kept out of
 *	  the log.
 *
 * What is wiped are the copies that this extension makes.  The argument
 * itself belongs to the server, which keeps it in the message buffer and in
 * the query's memory for as long as it needs.
 */
#include "postgres.h"

#include <sodium.h>

#include "utils/memutils.h"

#include "call/argument.h"
#include "secret/encode.h"
#include "secret/secret.h"
#include "server/compat.h"

#define TOKEN_LENGTH 32 /* letters of 5.17 bits: 165 bits */

typedef struct SecretChunk
{
	MemoryContextCallback callback;
	Size size;
	char bytes[FLEXIBLE_ARRAY_MEMBER];
} SecretChunk;

void
auth_secret_init(void)
{
	if (sodium_init() < 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("could not initialize libsodium")));
}

static void
hide_statement(void *arg)
{
	errhidestmt(true);
	errhidecontext(true);
}

/*
 * From here to auth_secret_end, messages leave the statement out of the log,
 * and the context too: a PL/pgSQL caller repeats the statement there.  On an
 * error there is nothing to undo, as the server cuts its own stack back.
 */
void
auth_secret_begin(AuthSecretScope *scope)
{
	scope->callback = hide_statement;
	scope->arg = NULL;
	scope->previous = error_context_stack;
	error_context_stack = scope;
}

void
auth_secret_end(AuthSecretScope *scope)
{
	error_context_stack = scope->previous;
}

static void
wipe_chunk(void *arg)
{
	SecretChunk *chunk = arg;

	sodium_memzero(chunk->bytes, chunk->size);
}

/*
 * Memory in the current context that is zeroed before it is released,
 * whether the function returns or fails.  It must not be freed singly.
 */
void *
auth_secret_alloc(Size size)
{
	SecretChunk *chunk;

	chunk = palloc0(offsetof(SecretChunk, bytes) + size);
	chunk->size = size;
	chunk->callback.func = wipe_chunk;
	chunk->callback.arg = chunk;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &chunk->callback);
	return chunk->bytes;
}

/* A secret argument; when it has to be detoasted, the copy is wiped. */
text *
auth_secret_text(Datum argument)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(argument);
	struct varlena *plain = pg_detoast_datum_packed(value);
	text *copy;

	if (plain == value)
		return plain;
	copy = auth_secret_alloc(VARSIZE_ANY(plain));
	memcpy(copy, plain, VARSIZE_ANY(plain));
	sodium_memzero(plain, VARSIZE_ANY(plain));
	pfree(plain);
	return copy;
}

/* A secret argument that must not be null. */
text *
auth_secret_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	auth_argument_required(fcinfo, number, name);
	return auth_secret_text(PG_GETARG_DATUM(number));
}

/* A secret argument that may be null, or NULL. */
text *
auth_secret_optional_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL :
								  auth_secret_text(PG_GETARG_DATUM(number));
}

/* An argument with a token; NULL is taken for one that nobody has. */
text *
auth_secret_token_argument(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? auth_secret_token() :
								  auth_secret_text(PG_GETARG_DATUM(number));
}

/* Six bits of a UUID say of which version it is (RFC 9562). */
static void
set_version(pg_uuid_t *id, unsigned char version)
{
	id->data[6] = (id->data[6] & 0x0f) | version << 4;
	id->data[8] = (id->data[8] & 0x3f) | 0x80;
}

/*
 * The id of a token whose SHA-256 is known: a UUID of version 8 of the first 16
 * bytes of that.
 */
void
auth_secret_id_of_hash(const unsigned char *hash, pg_uuid_t *id)
{
	StaticAssertStmt(UUID_LEN <= crypto_hash_sha256_BYTES,
					 "a uuid is made of the hash's first bytes");
	memcpy(id->data, hash, UUID_LEN);
	set_version(id, 8);
}

void
auth_secret_id_of_bytes(const void *bytes, Size length, pg_uuid_t *id)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, bytes, length);
	auth_secret_id_of_hash(hash, id);
}

/* The id that a token has. */
void
auth_secret_id(text *token, pg_uuid_t *id)
{
	auth_secret_id_of_bytes(VARDATA_ANY(token), VARSIZE_ANY_EXHDR(token), id);
}

void
auth_secret_random_id(pg_uuid_t *id)
{
	randombytes_buf(id->data, UUID_LEN);
	set_version(id, 4);
}

/* The id of a token, of which nothing else is needed. */
void
auth_secret_id_argument(FunctionCallInfo fcinfo, int number, pg_uuid_t *id)
{
	auth_secret_id(auth_secret_token_argument(fcinfo, number), id);
}

void
auth_secret_wipe(void *secret, Size size)
{
	sodium_memzero(secret, size);
}

/* Fill with random letters of an alphabet. */
void
auth_secret_letters_of(const char *alphabet, char *out, Size length)
{
	uint8_t random[64];
	Size done = 0;

	while (done < length)
	{
		randombytes_buf(random, sizeof(random));
		done += auth_encode_letters(alphabet,
									random,
									sizeof(random),
									out + done,
									length - done);
	}
	sodium_memzero(random, sizeof(random));
}

/* Fill with random letters of [a-z0-9]; 31 of them hold 160 bits. */
void
auth_secret_letters(char *out, Size length)
{
	auth_secret_letters_of(AUTH_ENCODE_TOKEN, out, length);
}

/* A new token, for the answer, which is its only place. */
text *
auth_secret_token(void)
{
	text *token = palloc(VARHDRSZ + TOKEN_LENGTH);

	SET_VARSIZE(token, VARHDRSZ + TOKEN_LENGTH);
	auth_secret_letters(VARDATA(token), TOKEN_LENGTH);
	return token;
}

static bool
is_as_long(text *token)
{
	return VARSIZE_ANY_EXHDR(token) == TOKEN_LENGTH;
}

/*
 * The secret that somebody knows who has both tokens; NULL unless they are as
 * long as those made here.
 */
text *
auth_secret_join(text *token, text *other)
{
	Size size = VARHDRSZ + 2 * TOKEN_LENGTH;
	text *both;

	if (!is_as_long(token) || !is_as_long(other))
		return NULL;
	both = auth_secret_alloc(size);
	SET_VARSIZE(both, size);
	memcpy(VARDATA(both), VARDATA_ANY(token), TOKEN_LENGTH);
	memcpy(VARDATA(both) + TOKEN_LENGTH, VARDATA_ANY(other), TOKEN_LENGTH);
	return both;
}
