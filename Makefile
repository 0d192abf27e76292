# The two commands a newcomer needs: `make demo` and `make test`. Both make .venv from the hash-pinned lock themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
BIN := .venv/bin
PYTEST_WORKERS ?= auto
BENCH_TOLERANCE ?= 1

.PHONY: setup demo test lint types tests test-oracles bench bench-load serve lock clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## an A1 and an EHIC travel from institution to inspector, over HTTP on loopback
	@$(BIN)/socsec demo

test: lint types tests  ## formatter, linter, import contract, strict types, all tests

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo

types: setup
	$(BIN)/mypy

tests: setup  ## one file in one process, since its tests share what takes long to make; the longest first
	$(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder -m "not oracle"

test-oracles: setup  ## other people's implementations read what we issue, and we what they issue
	$(BIN)/pytest -n $(PYTEST_WORKERS) -m oracle

bench: setup  ## ratios to raw P-256 operations, into benchmarks/results.json
	$(BIN)/python -m benchmarks --tolerance $(BENCH_TOLERANCE)

bench-load: setup  ## many wallets at once, over HTTP through four workers on PostgreSQL; minutes, not part of CI
	$(BIN)/python -m benchmarks.issuing_load
	$(BIN)/python -m benchmarks.verifying_load

serve: setup
	@$(BIN)/socsec serve

lock: setup  ## after a change of dependencies in pyproject.toml
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --frozen --no-emit-project --all-groups --extra postgresql --extra pkcs11 --no-header --no-annotate \
	  --format requirements-txt --output-file requirements.lock

clean:
	rm -rf .venv .oracles artifacts .mypy_cache .ruff_cache .hypothesis .schemathesis .import_linter_cache
