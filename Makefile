# Makefile - builds, tests, installs. `make help` lists the targets.

BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= gcc
VERSION  := 0.1.0

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
            -Wno-format-nonliteral -Wno-missing-field-initializers -Wwrite-strings -Wundef
ifdef DEV
WARNINGS += -Werror
endif
HARDEN   ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDHARDEN ?= -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack

# Required libraries, by pkg-config name. libmagic and Debian's libhyperscan carry none of their own tools.
PACKAGES := libhs libarchive libmagic libpcre2-8 icu-uc icu-i18n libcrypto sqlite3 yaml-0.1 jansson libseccomp zlib
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DMAILSPILL_VERSION='"$(VERSION)"' -Iscanner -Iinclude -include base/banned.h \
             $(WARNINGS) $(HARDEN) $(PKG_CFLAGS) $(CFLAGS) $(SANITIZE)
ALL_LDFLAGS = $(LDHARDEN) $(LDFLAGS) $(SANITIZE)

# Everything under scanner/ is the library, but for the two programs and for the twin files that are not chosen.
PROGRAMS := scanner/cli/main.c scanner/cli/rulec.c
SOURCES  := $(filter-out $(PROGRAMS) %_none.c,$(wildcard scanner/*.c scanner/*/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY  := $(BUILD)/libmailspill.a
PROGRAM  := $(BUILD)/mailspill

.DELETE_ON_ERROR:
.PHONY: all
all: $(PROGRAM)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

# The built-in rules are compiled once, here, by a program made of the same library.
RULES := $(sort $(wildcard patterns/*.yaml))
$(BUILD)/rulec: $(BUILD)/scanner/cli/rulec.o $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LIBS)

$(BUILD)/builtin.S: $(BUILD)/rulec $(RULES)
	$(BUILD)/rulec $(BUILD)/builtin $(RULES)

$(BUILD)/builtin.o: $(BUILD)/builtin.S
	$(CC) $(SANITIZE) -c -o $@ $<

$(PROGRAM): $(BUILD)/scanner/cli/main.o $(BUILD)/builtin.o $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -o $@ $(BUILD)/scanner/cli/main.o $(BUILD)/builtin.o $(LIBRARY) $(PKG_LIBS) $(LIBS)
	@[ "$(BUILD)" != build ] || ln -sfn build/mailspill mailspill

include tests/tests.mk

-include $(OBJECTS:.o=.d) $(BUILD)/scanner/cli/main.d $(BUILD)/scanner/cli/rulec.d

.PHONY: clean
clean:
	rm -rf $(BUILD) mailspill
