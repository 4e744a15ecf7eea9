/*
 * reason.c
 *	  Tests of what is stored of the reason that a worker gives.
 */
#include <string.h>

#include "outbox/reason.h"
#include "unit.h"

#define SECRET "k3x9wq7p2m5v8t1z6b4n0c"

static bool
becomes(const char *reason, const char *secret, const char *expected)
{
	char clean[100];

	strcpy(clean, reason);
	auth_reason_clean(clean, strlen(clean), secret, strlen(secret));
	return strcmp(clean, expected) == 0;
}

static void
masks_the_secret(void)
{
	CHECK(becomes(SECRET, SECRET, "**********************"));
	CHECK(becomes("550 <" SECRET ">", SECRET, "550 <**********************>"));
	CHECK(becomes("a" SECRET "a", SECRET, "a**********************a"));
	CHECK(becomes("K3X9-wq7p", SECRET, "*********"));
	CHECK(becomes("k3x9wq=\r\n7p2m, no", SECRET, "*************, no"));
	CHECK(becomes("12 34 56", "123456", "********"));
}

static void
masks_parts(void)
{
	CHECK(becomes("7p2m5v", SECRET, "******"));
	CHECK(becomes("7p2m5v7p2m5", SECRET, "******7p2m5"));
	CHECK(becomes("b4n0c", SECRET, "b4n0c"));
	CHECK(becomes("kkkk3x9wq", SECRET, "kkk******"));
	/* the longest of several */
	CHECK(becomes("aabaabaac", "aabaabaac", "*********"));
}

static void
keeps_the_rest(void)
{
	CHECK(becomes("", SECRET, ""));
	CHECK(becomes("451 4.7.1 try again later",
				  SECRET,
				  "451 4.7.1 try again later"));
	CHECK(becomes("451 4.7.1", "", "451 4.7.1"));
	CHECK(becomes("a\r\n\tb\x7f", SECRET, "a   b "));
	CHECK(becomes("\xc3\xa9", SECRET, "\xc3\xa9"));
}

void
test_reason(void)
{
	masks_the_secret();
	masks_parts();
	keeps_the_rest();
}
