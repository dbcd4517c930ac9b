# tests.mk - how the tests are built and run; part of the Makefile.

TEST_LIBS  := -lcmocka
GMIME      := $(shell pkg-config --exists gmime-3.0 2>/dev/null && echo yes)

UNIT_SOURCES := $(wildcard tests/unit/*_test.c)
ifneq ($(GMIME),yes)
UNIT_SOURCES := $(filter-out %_gmime_test.c,$(UNIT_SOURCES))
endif
UNIT_TESTS := $(UNIT_SOURCES:tests/unit/%.c=$(BUILD)/tests/unit/%)

# GLib's headers use what banned.h poisons.
$(BUILD)/tests/unit/%_gmime_test: EXTRA_CFLAGS = -DMAILSPILL_BASE_BANNED_H $(shell pkg-config --cflags gmime-3.0)
$(BUILD)/tests/unit/%_gmime_test: EXTRA_LIBS = $(shell pkg-config --libs gmime-3.0)

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIBRARY) $(BUILTIN)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(EXTRA_CFLAGS) -Itests -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(BUILTIN) $(LIBRARY) \
	    $(PKG_LIBS) $(LIBS) $(TEST_LIBS) $(EXTRA_LIBS)

-include $(UNIT_TESTS:=.d)

.PHONY: unit
unit: $(UNIT_TESTS)
	@tests/run $(UNIT_TESTS)

# The sample mailbox: its secrets are made when it is, so that no file of the tree holds one.
SAMPLE := $(BUILD)/sample
$(BUILD)/tests/sample: tests/sample/make_sample.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(PKG_LIBS) $(LIBS)

$(SAMPLE): $(BUILD)/tests/sample $(wildcard tests/sample/*.in)
	rm -rf $@
	$(BUILD)/tests/sample tests/sample $@

.PHONY: show-demo
show-demo: $(PROGRAM) $(SAMPLE)
	@echo '$$ mailspill scan $(SAMPLE)'
	@$(PROGRAM) scan $(SAMPLE); status=$$?; echo "(exit status $$status)"; [ $$status -le 5 ] && [ $$status -ne 2 ]

# Holds passwords against locked files, for tests/e2e/lock_test.py.
LOCK_PROBE := $(BUILD)/tests/lock_probe
$(LOCK_PROBE): tests/lock/probe.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LIBRARY) $(PKG_LIBS) $(LIBS)

# A build in which one input format misbehaves on demand, to test what the supervisor makes of it.
MISBEHAVING := $(BUILD)-misbehave/mailspill
.PHONY: misbehaving
misbehaving: $(BUILTIN)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-misbehave BUILTIN=$(BUILTIN) MISBEHAVE=1 $(MISBEHAVING)

# Fuzz targets: LLVMFuzzerTestOneInput each, under AddressSanitizer and UBSan.
FUZZ_BUILD   := $(BUILD)-fuzz
FUZZ_FLAGS   := -fsanitize=address,undefined -fno-sanitize-recover=undefined
FUZZ_SOURCES := $(wildcard tests/fuzz/*_fuzz.c)
FUZZ_NAMES   := $(FUZZ_SOURCES:tests/fuzz/%.c=%)
FUZZ_SECONDS ?= 300

$(BUILD)/%_fuzz: tests/fuzz/%_fuzz.c $(LIBRARY) $(BUILTIN)
	$(CC) $(ALL_CFLAGS) -Itests -MMD -MP $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(BUILTIN) $(LIBRARY) $(PKG_LIBS) $(LIBS)
-include $(FUZZ_NAMES:%=$(BUILD)/%.d)

.PHONY: fuzz-build fuzz fuzz-short
fuzz-build: $(BUILTIN)
	@$(MAKE) --no-print-directory BUILD=$(FUZZ_BUILD) BUILTIN=$(BUILTIN) CC=clang HARDEN=-fPIE \
	    SANITIZE='$(FUZZ_FLAGS) -fsanitize=fuzzer-no-link' CFLAGS='-O1 -g' fuzz-targets
.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_NAMES:%=$(BUILD)/%)

fuzz: fuzz-build
	FUZZ_SEED=$${FUZZ_SEED:-0} tests/fuzz/run $(FUZZ_BUILD) $(FUZZ_SECONDS) $(FUZZ_NAMES)
fuzz-short: fuzz-build
	tests/fuzz/run $(FUZZ_BUILD) 8 $(FUZZ_NAMES)

# The same tests in a sanitized build, with what keeps the reports of all its processes. What checks C++ calls through pointers needs a runtime that
# linking as C leaves out. ASAN_TESTS names some of them alone.
ASAN_BUILD  := $(BUILD)-asan
ASAN_REPORT := $(ASAN_BUILD)/report.o
.PHONY: asan
asan: check-deps $(BUILTIN)
	@mkdir -p $(ASAN_BUILD)
	clang -O1 -g -fPIE $(WARNINGS) -c -o $(ASAN_REPORT) tests/asan/report.c
	@$(MAKE) --no-print-directory -j2 BUILD=$(ASAN_BUILD) BUILTIN=$(BUILTIN) CC=clang HARDEN=-fPIE SANITIZE='$(FUZZ_FLAGS)' \
	    SANITIZE_CXX=-fno-sanitize=function CFLAGS='-O1 -g' LIBS=$(ASAN_REPORT) asan-build
	@$(MAKE) --no-print-directory BUILD=$(ASAN_BUILD) BUILTIN=$(BUILTIN) asan-run
.PHONY: asan-build asan-run
asan-build: $(UNIT_TESTS) $(PROGRAM) $(HELPERS) $(LOCK_PROBE) $(SAMPLE) misbehaving
asan-run:
	@MAILSPILL=$(PROGRAM) LOCK_PROBE=$(LOCK_PROBE) MISBEHAVING=$(MISBEHAVING) SAMPLE=$(SAMPLE) \
	    tests/asan/run $(BUILD) $(or $(ASAN_TESTS),$(UNIT_TESTS) $(E2E_TESTS))

LINT_TESTS := $(sort $(wildcard tests/lint/*.py))
E2E_TESTS  := $(sort $(wildcard tests/e2e/*_test.py))

# The HTML report in headless Chromium: 300 MB of packages, so it stands beside `make check`. axe-core (npm, pinned) looks for barriers; without npm
# that test is skipped.
BROWSER_DEPS := chromium chromium-driver python3-selenium
AXE_VERSION  := 4.10.2
AXE          := $(BUILD)/axe/package/axe.min.js

$(AXE):
	@mkdir -p $(BUILD)/axe
	cd $(BUILD)/axe && npm pack --silent axe-core@$(AXE_VERSION) && tar xzmf axe-core-$(AXE_VERSION).tgz package/axe.min.js

.PHONY: browser browser-check
browser: $(PROGRAM)
	@MAILSPILL=$(PROGRAM) AXE=$(wildcard $(AXE)) tests/run tests/browser/page_test.py
browser-check:
	$(call install,$(DEPS) $(BROWSER_DEPS))
	-@! command -v npm >/dev/null || $(MAKE) --no-print-directory $(AXE)
	@$(MAKE) --no-print-directory DEV=1 browser

.PHONY: check check-run
check: check-deps
	@$(MAKE) --no-print-directory -j2 DEV=1 check-build
	@$(MAKE) --no-print-directory DEV=1 check-run

.PHONY: check-build
check-build: $(PROGRAM) $(HELPERS) $(UNIT_TESTS) $(LOCK_PROBE) $(SAMPLE) misbehaving fuzz-build

check-run:
	@MAILSPILL=$(PROGRAM) LOCK_PROBE=$(LOCK_PROBE) MISBEHAVING=$(MISBEHAVING) SAMPLE=$(SAMPLE) FUZZ_BUILD=$(FUZZ_BUILD) FUZZ_SECONDS=8 \
	    tests/run $(LINT_TESTS) $(UNIT_TESTS) $(E2E_TESTS) tests/browser/page_test.py tests/fuzz/run

$(BUILD)/tests/bare: tests/bench/bare.c $(LIBRARY) $(BUILTIN)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(BUILTIN) $(LIBRARY) $(PKG_LIBS) $(LIBS)

.PHONY: bench
bench: all $(BUILD)/tests/bare
	tests/bench/run $(PROGRAM)

# One PST: libpff's own bare read beside a scan with one worker and with two.
$(BUILD)/tests/bare_pst: tests/bench/bare_pst.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) $(shell pkg-config --cflags libpff) $(CFLAGS) -o $@ $< $(shell pkg-config --libs libpff)

.PHONY: bench-pst
bench-pst: all $(BUILD)/tests/bare_pst
	tests/bench/pst $(PROGRAM)

# docs/detection.md: recall, false alarms and cost, measured. Its small fixed part is tests/e2e/quality_test.py.
.PHONY: quality
quality: all $(BUILD)/tests/unit/prose_set_test
	tests/quality/measure $(PROGRAM)
