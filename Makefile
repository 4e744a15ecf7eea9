# auth: users, keys and sessions for applications, inside PostgreSQL
#
#   make && make install      build against the server of PG_CONFIG
#   make installcheck         regression and isolation tests, running server
#   make test                 everything, on throwaway clusters of its own
#   make test-matrix          the same on each version of the server that is
#                             tested, or on those in VERSIONS
#   make test-assert          regression and isolation tests and a storm of
#                             clients, on a server that checks its assertions
#   make demo                 a tour of the extension, on a throwaway cluster
#   make bench, bench-short   what it costs, beside what one would use instead

EXTENSION = auth
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" auth.control)
MODULE_big = auth
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))

# A feature's contract is src/FEATURE.sql and, what cannot be replaced, its types
# src/FEATURE.type.sql; its tables are src/FEATURE.table.sql and
# its test sql/FEATURE.sql.  The order is the order of installation; tables that
# hold rows of users are in the order in which those are locked (user_end.c).
FEATURES = setup user key hash turn calibrate policy session refresh_token token outbox event throttle sign_in email_verification password_reset magic_link email_change import grant
TABLES = layout user key outbox refresh_token session ended token event throttle policy
TYPES = $(sort $(wildcard src/*.type.sql))
SCRIPT = $(EXTENSION)--$(EXTVERSION).sql

DATA_built = $(SCRIPT)
REGRESS = setup user attribute key password hash turn calibrate policy session token outbox sign_in refresh_token flow throttle event import name grant client settings layout attack objects
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=test
EXTRA_CLEAN = src/layout.inc src/common_password.inc test/unit/unit test/unit/sanitized test/fuzz/hash test/bench/libsodium test/bench/no_hash.so test/worker/worker.so results test/results

# libcrypt has the hashes of crypt(), libcrypto PBKDF2 and AES.
CRYPTO_CFLAGS = $(shell pkg-config --cflags libsodium libcrypto 2>/dev/null)
CRYPTO_LIBS = $(shell pkg-config --libs libsodium libcrypto 2>/dev/null || echo -lsodium -lcrypto) -lcrypt

PG_CPPFLAGS = $(CRYPTO_CFLAGS)
SHLIB_LINK = $(CRYPTO_LIBS)

# Nothing here gains from being inlined by the JIT compiler.
override with_llvm = no

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(PGXS),)
include $(PGXS)
else
all install installcheck clean:
	@echo "$(PG_CONFIG) was not found: install the headers of the server, or set PG_CONFIG" >&2; exit 1
endif

# PGXS tracks no header dependencies.
$(OBJS): $(wildcard src/*.h)
src/setup.o: src/layout.inc
src/word.o: src/common_password.inc

# An install must not adopt an object that somebody has prepared under one of
# our names, so the script creates and never replaces.
$(SCRIPT): src/prologue.sql $(TYPES) $(FEATURES:%=src/%.sql) src/epilogue.sql auth.control Makefile
	cat src/prologue.sql $(TYPES) $(FEATURES:%=src/%.sql) src/epilogue.sql | sed 's/^CREATE OR REPLACE /CREATE /' > $@

# The statements of auth_setup() as C strings; one ends where a line does.
src/layout.inc: $(TABLES:%=src/%.table.sql) Makefile
	cat $(TABLES:%=src/%.table.sql) | sed -e 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' \
		-e 's/;\\n"$$/;",/' > $@

# The commonest passwords as C strings in the order of their bytes.
src/common_password.inc: src/common_password.txt Makefile
	grep -v '^#' $< | LC_ALL=C sort -u | \
		sed -e 's/[\\"?]/\\&/g; s/.*/"&",/' > $@

.PHONY: test test-matrix test-assert demo bench bench-short lint unit fuzz
test demo:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/run $@

test-matrix:
	test/matrix $(VERSIONS)

test-assert:
	test/assert

bench:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/bench/run

bench-short:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' BENCH=short test/bench/run

lint:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/lint

UNIT_CFLAGS = -std=gnu99 -g -O1 -Wall -Wextra -Werror -Isrc $(CRYPTO_CFLAGS)
UNIT_SOURCES = src/count_slot.c src/encode.c src/hash_format.c src/hash_parse.c src/hash_verify.c src/refresh_rule.c src/server_key_parse.c src/throttle_rule.c src/word.c
UNIT_HEADERS = src/count_slot.h src/encode.h src/hash.h src/pepper.h src/refresh_rule.h src/server_key.h src/throttle_rule.h src/word.h src/common_password.inc test/unit/unit.h
UNIT_TESTS = $(sort $(wildcard test/unit/*.c))
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined

# The sanitized build is heard of only when it fails.
unit: test/unit/unit test/unit/sanitized
	@output=$$(test/unit/sanitized 2>&1) || { echo "$$output"; exit 1; }
	test/unit/unit

test/unit/unit: $(UNIT_TESTS) $(UNIT_SOURCES) $(UNIT_HEADERS)
	$(CC) $(UNIT_CFLAGS) -o $@ $(filter %.c,$^) $(CRYPTO_LIBS)

test/unit/sanitized: $(UNIT_TESTS) $(UNIT_SOURCES) $(UNIT_HEADERS)
	$(CC) $(UNIT_CFLAGS) $(SANITIZE) -o $@ $(filter %.c,$^) $(CRYPTO_LIBS)

# What the fuzzer finds worth keeping goes to a directory of its own, which
# is thrown away; an input that fails stays in test/fuzz.
FUZZ_CC ?= clang-14
FUZZ_SECONDS ?= 60

fuzz: test/fuzz/hash
	found=$$(mktemp -d) && \
	test/fuzz/hash -max_total_time=$(FUZZ_SECONDS) -max_len=512 -timeout=5 \
		-print_final_stats=1 -dict=test/fuzz/hash.dict \
		-artifact_prefix=test/fuzz/ "$$found" test/fuzz/corpus; \
	status=$$?; rm -rf "$$found"; exit $$status

test/fuzz/hash: test/fuzz/hash.c $(filter src/hash%,$(UNIT_SOURCES)) src/hash.h
	$(FUZZ_CC) $(UNIT_CFLAGS) -fsanitize=fuzzer $(SANITIZE) -o $@ \
		$(filter %.c,$^) $(CRYPTO_LIBS)

test/bench/libsodium: test/bench/libsodium.c
	$(CC) $(UNIT_CFLAGS) -O2 -o $@ $< $(CRYPTO_LIBS)

test/bench/no_hash.so: test/bench/no_hash.c
	$(CC) $(UNIT_CFLAGS) -O2 -fPIC -shared -o $@ $<

# A background worker for tests, which build it themselves.
test/worker/worker.so: test/worker/worker.c
	$(CC) $(CFLAGS) $(CPPFLAGS) -fPIC -shared -o $@ $<
