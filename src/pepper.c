/*
 * pepper.c
 *	  A key outside the database that goes into every hash of ours.
 *
 * What is hashed is not the password but its HMAC-SHA256 (RFC 2104), so that
 * who has a copy of the database alone cannot try passwords.  The keys are in
 * a file that is read anew for every hash, so that nothing of them is kept in
 * memory: that is some microseconds beside the milliseconds of the hash.
 *
 * The file's name and content are in no message that a client gets.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "pepper.h"
#include "secret.h"
#include "settings.h"

/* Bytes of a file. */
#define MAX_FILE 32768

static void
refuse_file(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_CONFIG_FILE_ERROR),
			 errmsg("the file of \"auth.password_pepper_file\" cannot be used"),
			 errdetail_internal("%s", problem),
			 errdetail_log("File \"%s\": %s",
						   auth_password_pepper_file,
						   problem)));
}

static void
refuse_access(void)
{
	int reason = errno;

	refuse_file(psprintf("It could not be read: %s.", strerror(reason)));
}

/* As the server demands it of the file with its own private key. */
static void
check_file(const struct stat *status)
{
	mode_t others = S_IRWXG | S_IRWXO;

	if (!S_ISREG(status->st_mode))
		refuse_file("It is no regular file.");
	if (status->st_uid != geteuid() && status->st_uid != 0)
		refuse_file("It belongs neither to the user who runs the server nor "
					"to root.");
	if (status->st_uid == 0 && geteuid() != 0)
		others = S_IWGRP | S_IXGRP | S_IRWXO;
	if ((status->st_mode & others) != 0)
		refuse_file("It gives rights to its group or to others; use mode 0600, "
					"or 0640 if it belongs to root.");
	if (status->st_size > MAX_FILE)
		refuse_file("It is too large.");
}

/* The content, with a zero at its end, in wiped memory. */
static char *
read_file(void)
{
	char *content;
	int fd = OpenTransientFile(auth_password_pepper_file,
							   O_RDONLY | O_NONBLOCK | PG_BINARY);
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status) != 0)
		refuse_access();
	check_file(&status);
	content = auth_secret_alloc(status.st_size + 1);
	length = read(fd, content, status.st_size);
	if (length < 0)
		refuse_access();
	if (strlen(content) != length)
		refuse_file("It holds a zero byte.");
	CloseTransientFile(fd);
	return content;
}

/*
 * The key with the id, or the current one without an id, in wiped memory.
 * NULL when there is none.
 */
const AuthPepper *
auth_pepper_load(const AuthHashSpan *id)
{
	AuthPepper *pepper;
	int line;

	if (auth_password_pepper_file[0] == '\0')
		return NULL;
	pepper = auth_secret_alloc(sizeof(AuthPepper));
	switch (auth_pepper_parse(read_file(), id, pepper, &line))
	{
		case AUTH_PEPPER_FOUND:
			return pepper;
		case AUTH_PEPPER_MALFORMED:
			refuse_file(psprintf("Line %d is missing or malformed.", line));
			break;
		case AUTH_PEPPER_NOT_FOUND:
			break;
	}
	return NULL;
}

/* What is hashed in the place of the password: AUTH_PEPPER_MAC bytes. */
void
auth_pepper_apply(const AuthPepper *pepper, const char *password, size_t length,
				  uint8_t *mac)
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, pepper->key, pepper->length);
	crypto_auth_hmacsha256_update(&state,
								  (const unsigned char *) password,
								  length);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
}
