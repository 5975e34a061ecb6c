# make test     everything that must hold, on PostgreSQL 18: lint, types, layers, tests
# make demo     the outage, replayed: plain Alembic, then safemigrate
# make matrix   the tests that concern the server, on PostgreSQL 14 to 18
# make test-docker   the container source, against a real Docker engine
# make bench    the figures in docs/
# make clean
#
# Needs Python >= 3.11 and make; PYTHON=... names another interpreter, WORKERS=... the number of test processes.

export PYTHON
export SAFEMIGRATE_POSTGRES := $(CURDIR)/.cache/postgres
WORKERS ?= 2
PIP := .venv/bin/python -m pip install --quiet

.PHONY: test lint demo matrix test-docker bench clean pgbouncer

test: lint pgbouncer
	.venv/bin/python -m pytest -n $(WORKERS)

lint: .venv/.test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

demo: .venv/.base
	.venv/bin/python -m bench.demo

# Each version that can be had here; the others are named, and the run goes on to the last before it fails.
matrix: .venv/.test pgbouncer
	@failed=; \
	for version in $$(.venv/bin/python -m tests.servers); do \
		echo "== PostgreSQL $$version"; \
		SAFEMIGRATE_TEST_PG=$$version .venv/bin/python -m pytest -q -n $(WORKERS) -m matrix || failed="$$failed $$version"; \
	done; \
	[ -z "$$failed" ] || { echo "failed on PostgreSQL$$failed"; exit 1; }

test-docker: .venv/.test
	DOCKER=$(DOCKER) containers/test

bench: .venv/.base
	.venv/bin/python -m bench.stall
	.venv/bin/python -m bench.overhead
	.venv/bin/python -m bench.rewrites
	.venv/bin/python -m bench.backfill
	.venv/bin/python -m bench.lint
	.venv/bin/python -m bench.record

# A missing pgbouncer that cannot be installed skips the tests that need it, and pytest says so.
pgbouncer:
	@PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || .ci/packages pgbouncer || true

.venv/.base: pyproject.toml .ci/venv
	.ci/venv .venv
	$(PIP) --editable '.[scratch,fix]' --group bench
	touch $@

.venv/.test: .venv/.base
	$(PIP) --group test --group lint
	touch $@

clean:
	rm -rf .venv .cache dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
