# Everything a contributor runs. `make help` lists it.

TOOLS := target/tools
SHARD ?= 0/1
DENY  := $(shell command -v cargo-deny || echo $(TOOLS)/bin/cargo-deny)
TESTS := $(shell cargo nextest --version >/dev/null 2>&1 && echo "cargo nextest run" || echo "cargo test --lib --bins --tests")

.DEFAULT_GOAL := help
.PHONY: help run test lint fmt generate screenshots bench proof mutants

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# The console's scripts are a part of what is checked.
lint test: export CONSOLE_ISLANDS := required

run: ## Start Atoll with what is in ./data, or with nothing
	cargo run -p atoll -- serve

test: ## Run every test, on SQLite and on PostgreSQL
	.ci/install
	cargo test --doc --workspace --quiet
	.ci/postgres $(TESTS) --workspace

lint: $(DENY) ## Check format, lints, licences and generated files
	.ci/install
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	$(DENY) --log-level error check licenses bans sources
	.ci/unchanged $(MAKE) --no-print-directory generate

fmt: ## Format the code
	cargo fmt --all

generate: ## Write the files that are made from code: schema, OpenAPI, pages of settings, gRPC and commands, .env.example
	cargo run -q -p atoll -- generate

screenshots: ## Take the pictures of the documentation anew, into docs/pictures
	.ci/install
	cargo build --workspace --bins
	UPDATE_PICTURES=1 cargo test --workspace --test it -- pictures_of_the_documentation

bench: ## Measure; every figure is printed as a ratio to a reference of the same run
	cargo bench --workspace

proof: ## The long proof of the decision engine: ten times the worlds, and a second opinion; see docs/proof.md
	ATOLL_PROOF=long cargo test -p atoll-policy --test it
	cargo test --manifest-path proof/Cargo.toml --target-dir target/proof

mutants: $(TOOLS)/bin/cargo-mutants ## Change the engine in hundreds of small ways, each of which a test must notice (SHARD=0/16)
	PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" ATOLL_WORLDS=400 cargo mutants -p atoll-policy -j1 \
	  --shard $(SHARD) --sharding round-robin --output target/mutants

$(TOOLS)/bin/cargo-mutants:
	cargo install cargo-mutants --locked --version 27.1.0 --root $(TOOLS)

$(TOOLS)/bin/cargo-deny:
	cargo install cargo-deny --locked --debug --version 0.20.2 --root $(TOOLS)
