/*
 * server_key.c
 *	  Keys in a file of the server, outside the database.
 *
 * The file is read anew whenever a key is needed, so that nothing of it is
 * kept in memory.  Its name and content are in no message that a client gets.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "secret/secret.h"
#include "secret/server_key.h"

/* The most bytes of a file. */
#define MAX_FILE 32768

static void
refuse_file(AuthServerKeyFile file, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_CONFIG_FILE_ERROR),
			 errmsg("the file of \"%s\" cannot be used", file.setting),
			 errdetail_internal("%s", problem),
			 errdetail_log("File \"%s\": %s", file.path, problem)));
}

static void
refuse_access(AuthServerKeyFile file)
{
	int reason = errno;

	refuse_file(file, psprintf("It could not be read: %s.", strerror(reason)));
}

/*
 * Refuse a file that others could read, as the server does with that of its own
 * private key.
 */
static void
check_file(AuthServerKeyFile file, const struct stat *status)
{
	mode_t others = S_IRWXG | S_IRWXO;

	if (!S_ISREG(status->st_mode))
		refuse_file(file, "It is no regular file.");
	if (status->st_uid != geteuid() && status->st_uid != 0)
		refuse_file(file,
					"It belongs neither to the user who runs the server nor "
					"to root.");
	if (status->st_uid == 0 && geteuid() != 0)
		others = S_IWGRP | S_IXGRP | S_IRWXO;
	if ((status->st_mode & others) != 0)
		refuse_file(file,
					"It gives rights to its group or to others; use mode 0600, "
					"or 0640 if it belongs to root.");
	if (status->st_size > MAX_FILE)
		refuse_file(file, "It is too large.");
}

/* The content, with a zero at its end, in wiped memory. */
static char *
read_file(AuthServerKeyFile file)
{
	char *content;
	int fd = OpenTransientFile(file.path, O_RDONLY | O_NONBLOCK | PG_BINARY);
	struct stat status;
	ssize_t length;

	if (fd < 0 || fstat(fd, &status) != 0)
		refuse_access(file);
	check_file(file, &status);
	content = auth_secret_alloc(status.st_size + 1);
	length = read(fd, content, status.st_size);
	if (length < 0)
		refuse_access(file);
	if (strlen(content) != length)
		refuse_file(file, "It holds a zero byte.");
	CloseTransientFile(fd);
	return content;
}

/*
 * The key with the id, or the current one without an id, in wiped memory.
 * NULL when there is none.
 */
const AuthServerKey *
auth_server_key_load(AuthServerKeyFile file, const AuthSpan *id)
{
	AuthServerKey *key;
	int line;

	if (file.path[0] == '\0')
		return NULL;
	key = auth_secret_alloc(sizeof(AuthServerKey));
	switch (auth_server_key_parse(read_file(file), id, key, &line))
	{
		case AUTH_SERVER_KEY_FOUND:
			return key;
		case AUTH_SERVER_KEY_MALFORMED:
			refuse_file(file,
						psprintf("Line %d is missing or malformed.", line));
			break;
		case AUTH_SERVER_KEY_NOT_FOUND:
			break;
	}
	return NULL;
}
