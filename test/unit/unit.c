/*
 * unit.c
 *	  Runs the tests of the pure parts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

static int passed = 0;
static int failed = 0;

void
unit_check(bool condition, const char *what, const char *where, int line,
		   const char *text)
{
	if (condition)
	{
		passed++;
		return;
	}
	failed++;
	printf("%s:%d: %s", where, line, what);
	printf(text == NULL ? "\n" : " with \"%s\"\n", text);
}

int
main(void)
{
	test_argon2();
	test_base32();
	test_count_slot();
	test_encode();
	test_hash_parse();
	test_hash_verify();
	test_level();
	test_pepper();
	test_reason();
	test_recovery_code_rule();
	test_refresh_rule();
	test_throttle_rule();
	test_totp_rule();
	test_totp_uri();
	test_word();
	printf("%d passed, %d failed\n", passed, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
