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

LIBS = libcurl jansson yaml-0.1 libmicrohttpd libcrypto
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
	-DARENA_MALLOC
OPT_cov = -O0 -g --coverage
OPT_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LD_release = -Wl,-z,relro,-z,now,-z,noexecstack
LD_asan = -fsanitize=address,undefined
LD_cov = --coverage
LD_fuzz = -fsanitize=address,undefined

CFLAGS += -std=gnu17 -D_GNU_SOURCE -I. -I$(B) -fPIE -ffile-prefix-map=$(CURDIR)=. $(OPT_$(BUILD)) \
	$(WARN) $(LIB_CFLAGS)
LDFLAGS += -pie $(LD_$(BUILD))
LDLIBS += $(LIB_LDLIBS)

SRC := $(sort $(wildcard base/*.c state/*.c reconcile/*.c providers/*.c providers/okta/*.c \
	providers/sandbox/*.c cmd/*.c))
LIB_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out cmd/main.c,$(SRC)))
UNIT := $(sort $(wildcard tests/unit/test_*.c tests/property/test_*.c))
UNIT_BIN := $(patsubst %.c,$(B)/%,$(UNIT))
TEST_LIB := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/lib/*.c)))

.PHONY: all check check-quick test lint format layers demo deps install clean valgrind analyze FORCE

all: $(B)/plumb
	@mkdir -p build
	@ln -sf $(BUILD)/plumb build/plumb

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

$(B)/tests/%: $(B)/tests/%.o $(TEST_LIB) $(B)/libplumb.a
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

clean:
	rm -rf build
