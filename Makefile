# auth: users, keys and sessions for applications, inside PostgreSQL
#
#   make && make install      build against the server of PG_CONFIG
#   make installcheck         regression and isolation tests, running server
#   make test                 everything, on throwaway clusters of its own
#   make test-matrix          the same on each version of the server that is
#                             tested, or on those in VERSIONS
#   make test-assert          regression and isolation tests and a storm of
#                             clients, on a server that checks its assertions
#   make test-mutated         PostgreSQL's own regression tests with calls that are
#                             evaluated once, on that server
#   make test-sqlsmith        queries that are made up, likewise
#   make clients              what is made of the catalog: docs/function.md and
#                             the packages in clients
#   make test-postgraphile    the example with PostGraphile, which npm gets
#   make demo                 a tour of the extension, on a throwaway cluster
#   make bench, bench-short   what it costs, beside what one would use instead

# Where the sources are: a build may be elsewhere, by make -f DIRECTORY/Makefile.
SOURCE := $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))
find = $(patsubst $(SOURCE)/%,%,$(sort $(wildcard $(addprefix $(SOURCE)/,$(1)))))

EXTENSION = auth
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(SOURCE)/auth.control)
MODULE_big = auth

# From the ground up: a room includes headers of its own and of those before it.
ROOMS = server count call table secret event outbox password user throttle \
	session identity token factor sign_in flow account import privacy setup

OBJS = $(patsubst %.c,%.o,$(call find,src/*.c src/*/*.c))
INCLUDES = $(call find,src/*/*.h)
$(if $(OBJS),,$(error there are no sources in $(SOURCE)/src))

# What includes nothing of the server's is tested and fuzzed without it.
PURE := $(shell cd $(SOURCE) && grep -L '"postgres\.h"' src/*/*.c)

# Types are made once, functions again in every update, tables by auth_setup():
# first those without a foreign key to another, which they would need, and then
# by name.  In that order the rows of a user are locked (user_end.c).
TYPES = $(call find,src/*/*.type.sql)
TABLES := $(foreach option,-L -l,$(shell cd $(SOURCE) && \
	grep $(option) REFERENCES src/*/*.table.sql | sort -t/ -k3))
FUNCTIONS = $(filter-out $(TYPES) $(TABLES) src/upgrade/%,$(call find,src/*/*.sql))
SCRIPT = $(EXTENSION)--$(EXTVERSION).sql

# Each version that was released is updated from by a script of its own: what a
# replay cannot do, of this version and those after it, and all functions again.
UPGRADES = $(call find,src/upgrade/*--*.sql)
RELEASED = $(sort $(foreach upgrade,$(notdir $(UPGRADES)),$(firstword $(subst --, ,$(upgrade)))))

DATA_built = $(SCRIPT) $(RELEASED:%=$(EXTENSION)--%--$(EXTVERSION).sql)
REGRESS = setup $(filter-out setup objects,$(patsubst sql/%.sql,%,$(call find,sql/*.sql))) objects
ISOLATION = $(patsubst test/specs/%.spec,%,$(call find,test/specs/*.spec))
ISOLATION_OPTS = --inputdir=$(SOURCE)/test --outputdir=test
EXTRA_CLEAN = src/setup/rights.inc src/table/tables.inc src/table/definitions.inc src/setup/layout.inc src/password/common_password.inc test/unit/unit test/unit/sanitized test/fuzz/hash test/bench/libsodium test/bench/no_hash.so test/bench/processor_time.so test/worker/worker.so results test/results

# libcrypt has the hashes of crypt(), libcrypto PBKDF2 and AES.
CRYPTO_CFLAGS = $(shell pkg-config --cflags libsodium libcrypto 2>/dev/null)
CRYPTO_LIBS = $(shell pkg-config --libs libsodium libcrypto 2>/dev/null || echo -lsodium -lcrypto) -lcrypt

PG_CPPFLAGS = -Isrc -I$(SOURCE)/src $(CRYPTO_CFLAGS)
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
$(OBJS): $(INCLUDES) src/table/tables.inc
src/table/definition.o: src/table/definitions.inc
src/setup/setup.o: src/setup/layout.inc
src/setup/grant.o: src/setup/rights.inc
src/password/word.o: src/password/common_password.inc

# Elsewhere than in the sources there are no directories to write to.
ifdef VPATH
$(OBJS) $(filter src/% test/unit/%,$(EXTRA_CLEAN)): | directories
installcheck: directories

.PHONY: directories
directories:
	mkdir -p $(sort $(dir $(OBJS))) test/unit
endif

# What a script makes is its owner's alone.  Functions and types are PUBLIC's by
# themselves, so a REVOKE is put behind the COMMENT of each; what default
# privileges give on any object, epilogue.sql takes back.
revoked = awk '{ print } /^COMMENT ON (FUNCTION|TYPE) / { sub(/COMMENT/, "REVOKE ALL"); \
	sub(/ IS .*/, " FROM PUBLIC;"); print }'

# An install must not adopt an object that somebody has prepared under one of
# our names, so the script creates and never replaces.
$(SCRIPT): src/prologue.sql $(TYPES) $(FUNCTIONS) src/epilogue.sql auth.control Makefile
	cat $(filter %.sql,$^) | sed 's/^CREATE OR REPLACE /CREATE /' | $(revoked) > $@

$(EXTENSION)--%--$(EXTVERSION).sql: src/prologue.sql src/upgrade/prologue.sql $(UPGRADES) $(FUNCTIONS) \
		src/epilogue.sql src/upgrade/epilogue.sql auth.control Makefile
	{ cat $(SOURCE)/src/prologue.sql $(SOURCE)/src/upgrade/prologue.sql; \
		printf '%s\n' $(UPGRADES:%=$(SOURCE)/%) | sort -V | \
			sed -n '/\/$*--/,$$p' | xargs cat; \
		cat $(FUNCTIONS:%=$(SOURCE)/%) $(SOURCE)/src/epilogue.sql $(SOURCE)/src/upgrade/epilogue.sql; \
		} | $(revoked) > $@

# What C knows of the tables.
src/table/tables.inc: src/table/table.awk $(TABLES) Makefile
	awk -v part=enums -f $(filter %.awk %.sql,$^) >$@.new && mv $@.new $@

src/table/definitions.inc: src/table/table.awk $(TABLES) Makefile
	awk -v part=definitions -f $(filter %.awk %.sql,$^) >$@.new && mv $@.new $@

# The statements of auth_setup() as C strings; one ends where a line does.
src/setup/layout.inc: $(TABLES) Makefile
	cat $(filter %.sql,$^) | sed -e 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' \
		-e 's/;\\n"$$/;",/' > $@

# Who may call what.
src/setup/rights.inc: src/setup/right.awk $(TYPES) $(FUNCTIONS) Makefile
	awk -f $(filter %.awk %.sql,$^) >$@.new && mv $@.new $@

# The commonest passwords as C strings in the order of their bytes.
src/password/common_password.inc: src/password/common_password.txt Makefile
	grep -v '^#' $< | LC_ALL=C sort -u | \
		sed -e 's/[\\"?]/\\&/g; s/.*/"&",/' > $@

.PHONY: test test-postgraphile test-matrix test-assert test-mutated test-sqlsmith demo clients bench bench-short lint unit fuzz
test demo clients:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/run $@

test-postgraphile:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/run postgraphile

test-matrix:
	test/matrix $(VERSIONS)

test-assert:
	test/assert

test-mutated:
	test/assert mutated

test-sqlsmith:
	test/assert sqlsmith $(SQLSMITH_SECONDS)

bench:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/bench/run

bench-short:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' BENCH=short test/bench/run

lint:
	PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' test/lint

UNIT_CFLAGS = -std=gnu99 -g -O1 -Wall -Wextra -Werror -Isrc -I$(SOURCE)/src $(CRYPTO_CFLAGS)
UNIT_HEADERS = $(INCLUDES) src/password/common_password.inc test/unit/unit.h
UNIT_TESTS = $(call find,test/unit/*.c)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined

# The sanitized build is heard of only when it fails.
unit: test/unit/unit test/unit/sanitized
	@output=$$(test/unit/sanitized 2>&1) || { echo "$$output"; exit 1; }
	test/unit/unit

test/unit/unit: $(UNIT_TESTS) $(PURE) $(UNIT_HEADERS)
	$(CC) $(UNIT_CFLAGS) -o $@ $(filter %.c,$^) $(CRYPTO_LIBS)

test/unit/sanitized: $(UNIT_TESTS) $(PURE) $(UNIT_HEADERS)
	$(CC) $(UNIT_CFLAGS) $(SANITIZE) -o $@ $(filter %.c,$^) $(CRYPTO_LIBS)

# What the fuzzer finds worth keeping goes to a directory of its own, which
# is thrown away; an input that fails stays in test/fuzz.
FUZZ_CC ?= clang-14
FUZZ_SECONDS ?= 60

fuzz: test/fuzz/hash
	found=$$(mktemp -d) && \
	test/fuzz/hash -max_total_time=$(FUZZ_SECONDS) -max_len=512 -timeout=60 \
		-print_final_stats=1 -dict=test/fuzz/hash.dict \
		-artifact_prefix=test/fuzz/ "$$found" test/fuzz/corpus; \
	status=$$?; rm -rf "$$found"; exit $$status

test/fuzz/hash: test/fuzz/hash.c $(PURE) $(UNIT_HEADERS)
	$(FUZZ_CC) $(UNIT_CFLAGS) -fsanitize=fuzzer $(SANITIZE) -o $@ \
		$(filter %.c,$^) $(CRYPTO_LIBS)

test/bench/libsodium: test/bench/libsodium.c
	$(CC) $(UNIT_CFLAGS) -O2 -o $@ $< $(CRYPTO_LIBS)

test/bench/no_hash.so: test/bench/no_hash.c
	$(CC) $(UNIT_CFLAGS) -O2 -fPIC -shared -o $@ $<

# A background worker for tests, and a clock for benchmarks, which build them
# themselves.
test/worker/worker.so test/bench/processor_time.so: %.so: %.c
	$(CC) $(CFLAGS) $(CPPFLAGS) -fPIC -shared -o $@ $<
