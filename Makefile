# Two commands on a fresh machine: `make answers` and `make test`. Only cargo, a C compiler and make
# are assumed.

CARGO ?= cargo
TARGET = $(or $(CARGO_TARGET_DIR),target)
DB    ?= $(TARGET)/answers.db
SCLI   = $(TARGET)/release/scli
FUZZ_TARGETS ?= time csv author book review
FUZZ_SECONDS ?= 180
# The target of a statically linked build: the host itself.
HOST   = $(shell rustc -vV | sed -n 's/^host: //p')

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the binary, optimised, as target/release/scli
	@$(CARGO) build --release --locked

.PHONY: answers
answers: build ## Load data/ into a new database and print the six answers
	@rm -f $(DB)
	@$(SCLI) --db $(DB) sync data
	@$(SCLI) --db $(DB) answers
	@echo "the database: $(DB)"

.PHONY: test
test: ## Run every test
	$(CARGO) test --locked

.PHONY: parts
parts: ## Install the servers, engines and public data that some tests need, which skip without them
	@CARGO_TARGET_DIR="$(TARGET)" bash .ci/parts

.PHONY: soak
soak: ## Run the tests that kill, starve and crowd scli, with many more rounds
	SCLI_SOAK=1 $(CARGO) test --locked --test it -- --nocapture \
		kill:: consume:: disk:: signals:: concurrency:: hostile:: moved:: property::

# libFuzzer wants options of the compiler that are not stable yet; RUSTC_BOOTSTRAP lends them.
.PHONY: fuzz
fuzz: ## Feed random input to each fuzz target for FUZZ_SECONDS (needs: cargo install cargo-fuzz)
	@cd fuzz && for target in $(FUZZ_TARGETS); do \
		mkdir -p corpus/$$target && \
		RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run -s none $$target corpus/$$target seeds/$$target -- \
			-max_total_time=$(FUZZ_SECONDS) || exit 1; \
	done

.PHONY: check
check: ## Check the format, the lints and the documentation of the code, warnings denied
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --no-default-features -- -D warnings
	@$(MAKE) --no-print-directory doc

.PHONY: reference
reference: ## Write docs/reference.md anew, from the program
	@INSTA_UPDATE=always $(CARGO) test --locked --test it reference::

.PHONY: schema
schema: ## Write src/repository/schema.sql anew, from the migrations
	@INSTA_UPDATE=always $(CARGO) test --locked --lib repository::migrations

.PHONY: doc
doc: ## Build the documentation of the code, warnings denied
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps

.PHONY: static
static: ## Build one statically linked executable and say where it is
	@RUSTFLAGS="-C target-feature=+crt-static" $(CARGO) build --release --locked --target $(HOST)
	@echo "statically linked: $(TARGET)/$(HOST)/release/scli"

.PHONY: static-check
static-check: static ## Run the static executable where nothing else is (as the superuser)
	SCLI_STATIC="$(abspath $(TARGET))/$(HOST)/release/scli" $(CARGO) test --locked --test it -- --nocapture deploy::the_static

.PHONY: deploy-check
deploy-check: ## Check deploy/ and the workflows with a real Airflow, the schemas of Kubernetes and zizmor
	@CARGO_TARGET_DIR="$(TARGET)" bash .ci/deploy-check

# How many streams, how many rounds, and a file for the report beside standard output.
ROWS   ?= 1000000
ROUNDS ?= 3
BENCH   = $(CARGO) bench --locked --bench warehouse -- $(if $(OUT),--out "$(abspath $(OUT))")

.PHONY: bench
bench: ## Measure loads, answers and described models beside SQLite's, DuckDB's: ROWS=, ROUNDS=, OUT=file
	@$(BENCH) --rows $(ROWS) --rounds $(ROUNDS)

.PHONY: bench-scale
bench-scale: ## Measure fresh loads of 1, 10 and 30 million streams
	@$(BENCH) --scale --rounds 1

.PHONY: bench-models
bench-models: ## Measure described models alone: ROUNDS=, OUT=file
	@$(BENCH) --models --rounds $(ROUNDS)

NIGHTS ?= 1000

.PHONY: bench-nights
bench-nights: ## Measure nights one after the other, early ones beside late ones: NIGHTS=, OUT=file
	@$(BENCH) --nights $(NIGHTS)

.PHONY: generate-data
generate-data: build ## Write the synthetic files in data/ anew
	$(SCLI) generate data

.PHONY: picture
picture: build ## Draw docs/answers.svg anew, from what scli answers prints of data/
	@rm -f $(DB)
	@$(SCLI) --quiet --db $(DB) sync data
	@$(SCLI) --db $(DB) answers | $(CARGO) run --quiet --release --locked --example picture > docs/answers.svg

.PHONY: clean
clean: ## Remove what was built
	$(CARGO) clean
