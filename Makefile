# Makefile - builds, tests, installs. `make help` lists the targets.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
VERSION := 0.1.0

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
            -Wno-format-nonliteral -Wno-missing-field-initializers -Wwrite-strings -Wundef
ifdef DEV
WARNINGS += -Werror
endif
HARDEN   ?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
LDHARDEN ?= -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack

# Libraries, by pkg-config name.
PACKAGES   := libhs libarchive libmagic libpcre2-8 icu-uc icu-i18n libcrypto libgcrypt expat sqlite3 yaml-0.1 jansson zlib
SECCOMP    := $(shell pkg-config --exists libseccomp 2>/dev/null && echo yes)
ifeq ($(SECCOMP),yes)
PACKAGES   += libseccomp
endif
# PST and OST: libbfio is how libpff reads through our sources.
PFF        := $(shell pkg-config --exists libpff libbfio 2>/dev/null && echo yes)
ifeq ($(PFF),yes)
PACKAGES   += libpff libbfio
endif
ifeq ($(origin CXX),default)
CXX        := $(if $(findstring clang,$(CC)),clang++,g++)
endif
# PDF: the program mailspill-pdf, started beside a worker. poppler is GPL, so that nothing of it is linked into the core.
POPPLER    := $(shell pkg-config --exists poppler-glib 2>/dev/null && echo yes)
# Its own classes are quicker than its GLib interface; they change with each version.
POPPLER_OWN := $(shell pkg-config --exists 'poppler >= 22.12 poppler < 22.13' 2>/dev/null && command -v $(CXX) >/dev/null 2>&1 && \
                 test -f "$$(pkg-config --variable=includedir poppler)/poppler/TextOutputDev.h" && echo yes)
# Pictures: leptonica decodes them, zbar reads codes and tesseract text, each where it is there.
LEPTONICA  := $(shell pkg-config --exists lept 2>/dev/null && echo yes)
ZBAR       := $(shell pkg-config --exists zbar 2>/dev/null && echo yes)
TESSERACT  := $(shell pkg-config --exists tesseract 2>/dev/null && echo yes)
# TOML, for `rules import`, is read by a C++ library, where that and a compiler for it are there.
TOML       := $(shell pkg-config --exists tomlplusplus 2>/dev/null && command -v $(CXX) >/dev/null 2>&1 && echo yes)
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm

# -O3 hurts nothing here and helps nothing: the hot loops are Hyperscan's and libc's.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DMAILSPILL_VERSION='"$(VERSION)"' \
             -DMAILSPILL_LIBEXECDIR='"$(PREFIX)/libexec/mailspill"' -Iscanner -Iinclude -include base/banned.h \
             $(WARNINGS) $(HARDEN) $(PKG_CFLAGS) $(CFLAGS) $(SANITIZE)
ALL_LDFLAGS = $(LDHARDEN) $(LDFLAGS) $(SANITIZE)

# A file and its twin: NAME.c needs a library or a system, NAME_none.c stands in for it. The twin that is not chosen is left out.
UNCHOSEN := $(if $(SECCOMP),scanner/work/sandbox_none.c,scanner/work/sandbox.c) \
            $(if $(PFF),scanner/walk/pst_none.c,$(filter-out %_none.c,$(wildcard scanner/walk/pst*.c))) \
            $(if $(TOML),scanner/cli/rules_toml_none.c) \
            $(if $(MISBEHAVE),scanner/walk/misbehave_none.c,scanner/walk/misbehave.c)

# Everything under scanner/ is the library, but for the two programs and the helpers, which are programs of their own.
PROGRAMS := scanner/cli/main.c scanner/cli/rulec.c $(wildcard scanner/helpers/*.c)
HELPERS  := $(if $(POPPLER),$(BUILD)/mailspill-pdf) $(if $(LEPTONICA),$(BUILD)/mailspill-picture)
SOURCES  := $(filter-out $(PROGRAMS) $(UNCHOSEN),$(wildcard scanner/*.c scanner/*/*.c))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/scanner/report/html_assets.o
ifeq ($(TOML),yes)
OBJECTS  += $(BUILD)/scanner/cli/rules_toml.o
PKG_LIBS += -lstdc++
endif
LIBRARY  := $(BUILD)/libmailspill.a
PROGRAM  := $(BUILD)/mailspill

.DELETE_ON_ERROR:
.PHONY: all
all: $(PROGRAM) $(HELPERS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(CXX) -std=c++17 -fno-exceptions -fno-rtti -Iscanner -Wall -Wextra $(HARDEN) $(CFLAGS) $(SANITIZE) $(SANITIZE_CXX) -MMD -MP -c -o $@ $<

# The HTML report's style and script stand in the program as they are.
$(BUILD)/scanner/report/html_assets.o: scanner/report/html_assets.S $(wildcard scanner/report/assets/*)
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

# The built-in rules are compiled once, here, by a program made of the same library.
RULES := $(sort $(wildcard patterns/*.yaml))
$(BUILD)/rulec: $(BUILD)/scanner/cli/rulec.o $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) $(LIBS)

$(BUILD)/builtin.S: $(BUILD)/rulec $(RULES)
	$(BUILD)/rulec $(BUILD)/builtin $(RULES)

# A build of another kind (sanitized, misbehaving) takes over what the plain one compiled: BUILTIN=build/builtin.o.
BUILTIN ?= $(BUILD)/builtin.o
$(BUILD)/builtin.o: $(BUILD)/builtin.S
	$(CC) -c -o $@ $<

$(PROGRAM): $(BUILD)/scanner/cli/main.o $(BUILTIN) $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -o $@ $(BUILD)/scanner/cli/main.o $(BUILTIN) $(LIBRARY) $(PKG_LIBS) $(LIBS)
	@[ "$(BUILD)" != build ] || ln -sfn build/mailspill mailspill

# The helpers. What they share with the core are its lowest layers and the sandbox. GLib's headers use what banned.h poisons.
HELPER_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard scanner/helpers/*.c))
PDF_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_none.c,$(wildcard scanner/helpers/pdf*.c))) \
               $(BUILD)/scanner/helpers/$(if $(POPPLER_OWN),pdf_flow,pdf_flow_none).o
$(PDF_OBJECTS): override CFLAGS += -DMAILSPILL_BASE_BANNED_H $(shell pkg-config --cflags poppler-glib gio-2.0 2>/dev/null)
$(BUILD)/scanner/helpers/pdf_flow.o: override CFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags poppler 2>/dev/null))
$(BUILD)/mailspill-pdf: $(PDF_OBJECTS) $(BUILD)/scanner/helpers/serve.o $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -Wl,--export-dynamic-symbol=cmsOpenProfileFromMem -Wl,--export-dynamic-symbol=fopen -Wl,--export-dynamic-symbol=realloc -o $@ $^ $(shell pkg-config --libs poppler-glib gio-2.0 $(if $(POPPLER_OWN),poppler)) -lstdc++ -lm $(if $(SECCOMP),-lseccomp) $(LIBS)

PICTURE_PACKAGES := lept $(if $(ZBAR),zbar) $(if $(TESSERACT),tesseract)
PICTURE_OBJECTS := $(patsubst %,$(BUILD)/scanner/helpers/%.o,picture $(if $(ZBAR),picture_codes,picture_codes_none) \
                     $(if $(TESSERACT),picture_words,picture_words_none))
$(PICTURE_OBJECTS): override CFLAGS += $(shell pkg-config --cflags $(PICTURE_PACKAGES) 2>/dev/null)
$(BUILD)/mailspill-picture: $(PICTURE_OBJECTS) $(BUILD)/scanner/helpers/serve.o $(LIBRARY)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(shell pkg-config --libs $(PICTURE_PACKAGES)) $(if $(SECCOMP),-lseccomp) $(LIBS)

-include $(OBJECTS:.o=.d) $(BUILD)/scanner/cli/main.d $(BUILD)/scanner/cli/rulec.d $(HELPER_OBJECTS:.o=.d) $(PDF_OBJECTS:.o=.d)

# What must be installed (Debian 12 names), to build and to test.
DEPS := gcc libc6-dev make pkg-config libhyperscan-dev libarchive-dev libmagic-dev libpcre2-dev libicu-dev libssl-dev \
        libgcrypt20-dev libexpat1-dev libsqlite3-dev libyaml-dev libjansson-dev libseccomp-dev zlib1g-dev libpff-dev libbfio-dev \
        g++ libtomlplusplus-dev libpoppler-glib-dev libpoppler-private-dev poppler-data libleptonica-dev libzbar-dev libtesseract-dev tesseract-ocr-eng
CHECK_DEPS := clang clang-format libclang-rt-14-dev libcmocka-dev libgmime-3.0-dev python3 python3-jsonschema \
              libarchive-tools p7zip-full mandoc procps util-linux poppler-utils fonts-urw-base35 qpdf python3-reportlab qrencode webp \
              openssl zip zstd lz4 ncompress gnupg openssh-client putty-tools python3-pykeepass libfile-keepass-perl python3-msoffcrypto-tool

# $(1): packages. Installs those that are missing, with sudo unless root.
define install
	@missing=""; for package in $(1); do \
	    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing$$missing"; \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    $$sudo apt-get update -qq && \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: deps check-deps
deps:
	$(call install,$(DEPS))
check-deps:
	$(call install,$(DEPS) $(CHECK_DEPS))

.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory -j2 all >$(BUILD)-demo.log 2>&1 || { cat $(BUILD)-demo.log; exit 1; }
	@rm -f $(BUILD)-demo.log
	@$(MAKE) --no-print-directory show-demo

MANUALS := $(wildcard docs/*.1)
HEADERS := $(wildcard include/*.h)

# What is installed for other programs: one object with the built-in rules, of which only mailspill_* can be seen.
PUBLIC := $(BUILD)/public/libmailspill.a
$(PUBLIC): $(LIBRARY) $(BUILTIN)
	@mkdir -p $(@D)
	@rm -f $@
	ld -r -u mailspill_scan -o $(@D)/mailspill.o $(LIBRARY) $(BUILTIN)
	objcopy --keep-global-symbol=mailspill_scan --keep-global-symbol=mailspill_version $(@D)/mailspill.o
	ar rcs $@ $(@D)/mailspill.o

define PC_FILE
prefix=$(PREFIX)
Name: mailspill
Description: finds leaked secrets in exported mail
Version: $(VERSION)
Cflags: -I$${prefix}/include
Libs: -L$${prefix}/lib -lmailspill $(PKG_LIBS)
endef
export PC_FILE

.PHONY: install
install: all $(PUBLIC)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/mailspill/patterns $(DESTDIR)$(PREFIX)/share/doc/mailspill
	install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/mailspill
	[ -z "$(HELPERS)" ] || install -D -m 755 -t $(DESTDIR)$(PREFIX)/libexec/mailspill $(HELPERS)
	install -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include
	install -m 644 $(PUBLIC) $(DESTDIR)$(PREFIX)/lib/libmailspill.a
	echo "$$PC_FILE" >$(DESTDIR)$(PREFIX)/lib/pkgconfig/mailspill.pc
	install -m 644 $(MANUALS) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(RULES) $(DESTDIR)$(PREFIX)/share/mailspill/patterns
	install -m 644 README.md LICENSE $(wildcard docs/*.md docs/*.json) $(DESTDIR)$(PREFIX)/share/doc/mailspill

.PHONY: clean
clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-asan-misbehave $(BUILD)-fuzz $(BUILD)-clang $(BUILD)-misbehave mailspill

include tests/tests.mk

.PHONY: help
help:
	@echo 'make            build build/mailspill'
	@echo 'make demo       install what is missing, build, scan a sample mailbox, show the report'
	@echo 'make check      every test; installs what they need'
	@echo 'make browser-check  the HTML report in headless Chromium; installs what it needs'
	@echo 'make asan       unit and end-to-end tests under AddressSanitizer and UBSan: an hour or more'
	@echo 'make fuzz       every fuzz target for FUZZ_SECONDS each (default 300)'
	@echo 'make bench      speed and memory, beside the bare engine and another scanner'
	@echo 'make bench-pst  one PST: libpff alone, one worker, two'
	@echo 'make quality    measure recall, false alarms and prose by language: docs/detection.md'
	@echo 'make install    to DESTDIR and PREFIX (default /usr/local)'
	@echo 'make deps       install the libraries (Debian)'
	@echo 'make clean'
