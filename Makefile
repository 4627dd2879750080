# plumb: everything is a target here. `make` builds build/plumb; README.md says the rest.
.SUFFIXES:
MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

# V=1 shows the commands
Q = $(if $(V),,@)
# release | debug | asan | cov | fuzz; each builds below build/$(BUILD)
BUILD ?= release
CC = gcc
AR = ar
PREFIX ?= /usr/local
-include config.mk

B := build/$(BUILD)
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

LIBS = libcurl jansson jose yaml-0.1 libmicrohttpd libcrypto
# expanded when first used: `make deps` must run before they exist
LIB_CFLAGS = $(eval LIB_CFLAGS := $(shell pkg-config --cflags $(LIBS)))$(LIB_CFLAGS)
LIB_LDLIBS = $(eval LIB_LDLIBS := $(shell pkg-config --libs $(LIBS)))$(LIB_LDLIBS)

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wundef -Wcast-qual -Wwrite-strings \
	-Wpointer-arith -Wformat=2 -Wnull-dereference -Wvla -Wdouble-promotion -Wredundant-decls \
	-Wdate-time -Wframe-larger-than=16384
ifneq ($(findstring clang,$(CC)),)
WARN += -Wcomma -Wassign-enum -Wconditional-uninitialized -Wimplicit-int-conversion \
	-Wunreachable-code
else
WARN += -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wformat-signedness \
	-Wformat-overflow=2 -Wformat-truncation=2 -Wstringop-overflow=4 -Wcast-align=strict \
	-Wjump-misses-init -Walloc-zero -Wimplicit-fallthrough=5
endif
ifdef WERROR
WARN += -Werror
endif

OPT_release = -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection=full
OPT_debug = -O1 -g3
OPT_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-DARENA_MALLOC -Wno-format-truncation
OPT_cov = -O0 -g --coverage
OPT_lint-gcc = -O1
OPT_lint-clang = -O1
OPT_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
	-DARENA_MALLOC
LD_release = -Wl,-z,relro,-z,now,-z,noexecstack
LD_asan = -fsanitize=address,undefined
LD_cov = --coverage
LD_fuzz = -fsanitize=address,undefined

CFLAGS += -std=gnu17 -D_GNU_SOURCE -I. -I$(B) -fPIE -ffile-prefix-map=$(CURDIR)=. $(OPT_$(BUILD)) \
	$(WARN) $(LIB_CFLAGS)
LDFLAGS += -pie $(LD_$(BUILD))
LDLIBS += $(LIB_LDLIBS) -lm

SRC := $(sort $(wildcard base/*.c state/*.c reconcile/*.c providers/*.c providers/okta/*.c \
	providers/sandbox/*.c cmd/*.c))
LIB_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out cmd/main.c,$(SRC)))
UNIT := $(sort $(wildcard tests/unit/test_*.c))
PROPERTY := $(sort $(wildcard tests/property/test_*.c))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
E2E := $(sort $(wildcard tests/e2e/*.t))
TEST_LIB := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/lib/*.c)))
PROPERTY_LIB := $(patsubst %.c,$(B)/%.o,$(filter-out $(PROPERTY),$(sort $(wildcard tests/property/*.c))))
UNIT_BIN := $(patsubst %.c,$(B)/%,$(UNIT))
PROPERTY_BIN := $(patsubst %.c,$(B)/%,$(PROPERTY))
REPLAY_BIN := $(patsubst %,$(B)/tests/fuzz/replay_%,$(FUZZ))
ALL_C = $(sort $(wildcard base/*.[ch] state/*.[ch] reconcile/*.[ch] providers/*.[ch] providers/*/*.[ch] \
	cmd/*.[ch] tests/*/*.[ch]))
SHELL_SCRIPTS = $(sort $(wildcard tools/*.sh tests/e2e/*.t tests/e2e/*.sh)) .ci/run

.PHONY: all check check-asan check-valgrind check-spec test test-bins accept fuzz lint format format-check layers style tidy \
	analyze demo deps deps-test install clean FORCE

all: $(B)/plumb
	@mkdir -p build
	@[ '$(B)' != build/release ] || ln -sf release/plumb build/plumb

# what would change the objects rebuilds them
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(LDFLAGS) $(LDLIBS)' | cmp -s - $@ || \
		echo '$(CC) $(CFLAGS) $(LDFLAGS) $(LDLIBS)' > $@

$(B)/version.h: FORCE
	@mkdir -p $(@D)
	@echo '#define PLUMB_VERSION "$(VERSION)"' | cmp -s - $@ || \
		echo '#define PLUMB_VERSION "$(VERSION)"' > $@

# the kinds, from their files' names, so that adding a kind is adding a file
$(B)/kinds.inc: FORCE
	@mkdir -p $(@D)
	@for f in $(sort $(wildcard providers/okta/kind_*.c)); do \
		n=$${f##*/kind_}; echo "KIND($${n%.c})"; done > $@.new
	@cmp -s $@.new $@ || cp $@.new $@

# the new org's content, as bytes to include
FRESH = $(sort $(wildcard providers/sandbox/fresh/*.jsonl))
FRESH_NEEDED = $(wildcard providers/sandbox/fresh/00-*.jsonl)
$(B)/fresh_needed.inc: $(FRESH_NEEDED)
$(B)/fresh_usual.inc: $(filter-out $(FRESH_NEEDED),$(FRESH))
$(B)/fresh_%.inc:
	@mkdir -p $(@D)
	@cat $^ | od -An -v -tu1 | sed 's/ *\([0-9][0-9]*\)/\1,/g' > $@

$(B)/providers/sandbox/fresh.o: $(B)/fresh_needed.inc $(B)/fresh_usual.inc

$(B)/%.o: %.c $(B)/flags | $(B)/version.h $(B)/kinds.inc
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/libplumb.a: $(LIB_OBJ) tools/layers.awk
	@awk -f tools/layers.awk $(SRC) $(wildcard base/*.h state/*.h reconcile/*.h providers/*.h \
		providers/okta/*.h providers/sandbox/*.h cmd/*.h)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(LIB_OBJ)

$(B)/plumb: $(B)/cmd/main.o $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(UNIT_BIN): $(B)/%: $(B)/%.o $(TEST_LIB) $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(PROPERTY_BIN): $(B)/%: $(B)/%.o $(PROPERTY_LIB) $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

# --- what people type ---

deps:
	@tools/deps.sh

deps-test:
	@tools/deps.sh test

# the README's two commands do all of their own set-up
demo: deps
	@$(MAKE) all
	@tools/demo.sh build/plumb

check: deps-test
	@$(MAKE) all test

TAP = CMOCKA_MESSAGE_OUTPUT=TAP PLUMB=$(CURDIR)/$(B)/plumb FUZZ_CORPUS=tests/fuzz/corpus
SANITIZER = ASAN_OPTIONS=handle_segv=2:detect_stack_use_after_return=1 \
	UBSAN_OPTIONS=print_stacktrace=1

test-bins: $(B)/plumb $(UNIT_BIN) $(PROPERTY_BIN) $(REPLAY_BIN)

test: test-bins
	@$(TAP) $(SANITIZER) prove -j2 $(UNIT_BIN) $(PROPERTY_BIN) $(E2E) && \
		for f in $(FUZZ); do $(SANITIZER) $(B)/tests/fuzz/replay_$$f tests/fuzz/corpus/$$f \
			> $(B)/replay.$$f.tap || { cat $(B)/replay.$$f.tap; exit 1; }; done

check-asan:
	@$(MAKE) BUILD=asan test

# against Okta's OpenAPI documents, where they are beside this checkout
check-spec: all
	@tools/check-spec.sh $(B)/plumb

# valgrind over the whole suite, with VALGRIND_SEEDS random tenants
VALGRIND = valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect \
	--errors-for-leak-kinds=definite,indirect --suppressions=$(CURDIR)/tests/lib/valgrind.supp
VALGRIND_SEEDS ?= 10
check-valgrind:
	@$(MAKE) BUILD=debug test-bins
	@for t in $(patsubst %.c,build/debug/%,$(UNIT) $(PROPERTY)); do \
		PLUMB=$(CURDIR)/build/debug/plumb PLUMB_SEEDS=$(VALGRIND_SEEDS) $(VALGRIND) $$t > build/debug/valgrind.log 2>&1 || \
		{ echo "valgrind: $$t"; cat build/debug/valgrind.log; exit 1; }; done
	@printf '#!/bin/sh\nexec $(VALGRIND) $(CURDIR)/build/debug/plumb "$$@"\n' > build/debug/plumb-valgrind
	@chmod +x build/debug/plumb-valgrind
	@PLUMB=$(CURDIR)/build/debug/plumb-valgrind prove -j2 $(E2E) > build/debug/valgrind.log 2>&1 || \
		{ cat build/debug/valgrind.log; exit 1; }
	@echo "valgrind: clean"

# rewrites what cases expect; look at the difference
accept: test-bins
	@PLUMB_ACCEPT=1 $(B)/tests/unit/test_cases > /dev/null || true
	@PLUMB_ACCEPT=1 $(B)/tests/unit/test_broken > /dev/null || true
	@git --no-pager diff --stat -- tests

FUZZ_SECONDS ?= 60
# leaks are looked for once, at the end: a target that keeps something from input to input is slow otherwise
FUZZ_FLAGS = -rss_limit_mb=2048 -detect_leaks=0 -print_final_stats=0 -verbosity=0
fuzz:
	@$(MAKE) BUILD=fuzz CC=clang $(patsubst %,build/fuzz/fuzz_%,$(FUZZ))
	@for f in $(FUZZ); do mkdir -p build/fuzz/corpus/$$f; echo "fuzzing $$f for $(FUZZ_SECONDS) s"; \
		build/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) $(FUZZ_FLAGS) -artifact_prefix=build/fuzz/ \
			build/fuzz/corpus/$$f tests/fuzz/corpus/$$f \
			> build/fuzz/$$f.log 2>&1 || { tail -n 60 build/fuzz/$$f.log; exit 1; }; done

# --- what a program can review ---

lint: layers format-check style
	@$(MAKE) BUILD=lint-gcc WERROR=1 test-bins
	@$(MAKE) BUILD=lint-clang CC=clang WERROR=1 test-bins
	@$(MAKE) tidy
	@shellcheck -x -P SCRIPTDIR $(SHELL_SCRIPTS)
	@echo "lint: clean"

layers:
	@awk -f tools/layers.awk $(filter-out tests/%,$(ALL_C))

format-check:
	@clang-format --dry-run --Werror $(ALL_C)

format:
	@clang-format -i $(ALL_C)

style:
	@awk -f tools/checkstyle.awk $(ALL_C)

tidy: $(B)/version.h $(B)/kinds.inc $(B)/fresh_needed.inc $(B)/fresh_usual.inc
	@printf '%s\n' $(SRC) | xargs -P2 -n6 sh -c 'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- \
		-std=gnu17 -D_GNU_SOURCE -I. -I$(B) $(LIB_CFLAGS) 2> $(B)/tidy.$$$$.log || \
		{ grep -v "warnings generated" $(B)/tidy.$$$$.log; exit 255; }' tidy
	@cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --error-exitcode=1 -D__GNUC__=12 -I. -I$(B) -j2 $(SRC)

# gcc's own analyser; slow, and worth it
analyze:
	@$(MAKE) BUILD=analyze OPT_analyze='-O1 -g -fanalyzer -Wno-analyzer-use-of-uninitialized-value' WERROR=1 all

install: all
	install -D -m 755 $(B)/plumb $(DESTDIR)$(PREFIX)/bin/plumb

clean:
	rm -rf build
