# auth: users, keys and sessions for applications, inside PostgreSQL
#
#   make && make install      build against the server of PG_CONFIG
#   make installcheck         regression and isolation tests, running server
#   make test                 everything, on throwaway clusters of its own
#   make demo                 a tour of the extension, on a throwaway cluster

EXTENSION = auth
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" auth.control)
MODULE_big = auth
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))

# A feature's contract is src/FEATURE.sql, its tables src/FEATURE.table.sql and
# its test sql/FEATURE.sql.  The order is the order of installation.
FEATURES = setup user key session grant
TABLES = layout user key session
SCRIPT = $(EXTENSION)--$(EXTVERSION).sql

DATA_built = $(SCRIPT)
REGRESS = setup user attribute key password session grant settings layout attack objects
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=test
EXTRA_CLEAN = src/layout.inc test/unit/unit test/unit/sanitized test/fuzz/phc results test/results

PG_CPPFLAGS = $(shell pkg-config --cflags libsodium 2>/dev/null) -DAUTH_VERSION='"$(EXTVERSION)"'
SHLIB_LINK = $(shell pkg-config --libs libsodium 2>/dev/null || echo -lsodium)

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

# An install must not adopt an object that somebody has prepared under one of
# our names, so the script creates and never replaces.
$(SCRIPT): src/prologue.sql $(FEATURES:%=src/%.sql) auth.control Makefile
	cat src/prologue.sql $(FEATURES:%=src/%.sql) | sed 's/^CREATE OR REPLACE /CREATE /' > $@

# The statements of auth_setup() as C strings; one ends where a line does.
src/layout.inc: $(TABLES:%=src/%.table.sql) Makefile
	cat $(TABLES:%=src/%.table.sql) | sed -e 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' \
		-e 's/;\\n"$$/;",/' > $@

.PHONY: test demo lint unit fuzz
test demo:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/run $@

lint:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/lint

UNIT_CFLAGS = -std=gnu99 -g -O1 -Wall -Wextra -Werror -Isrc
UNIT_SOURCES = src/encode.c src/phc.c
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined

# The sanitized build is heard of only when it fails.
unit: test/unit/unit test/unit/sanitized
	@output=$$(test/unit/sanitized 2>&1) || { echo "$$output"; exit 1; }
	test/unit/unit

test/unit/unit: test/unit/unit.c $(UNIT_SOURCES) $(UNIT_SOURCES:.c=.h)
	$(CC) $(UNIT_CFLAGS) -o $@ $(filter %.c,$^)

test/unit/sanitized: test/unit/unit.c $(UNIT_SOURCES) $(UNIT_SOURCES:.c=.h)
	$(CC) $(UNIT_CFLAGS) $(SANITIZE) -o $@ $(filter %.c,$^)

# What the fuzzer finds worth keeping goes to a directory of its own, which
# is thrown away; an input that fails stays in test/fuzz.
FUZZ_CC ?= clang-14
FUZZ_SECONDS ?= 60

fuzz: test/fuzz/phc
	found=$$(mktemp -d) && \
	test/fuzz/phc -max_total_time=$(FUZZ_SECONDS) -max_len=512 -timeout=5 \
		-print_final_stats=1 -dict=test/fuzz/phc.dict \
		-artifact_prefix=test/fuzz/ "$$found" test/fuzz/corpus; \
	status=$$?; rm -rf "$$found"; exit $$status

test/fuzz/phc: test/fuzz/phc.c src/phc.c src/phc.h
	$(FUZZ_CC) $(UNIT_CFLAGS) -fsanitize=fuzzer $(SANITIZE) -o $@ \
		$(filter %.c,$^) $(shell pkg-config --libs libsodium)
