# `make` prints what there is. Needed: Python 3.11 or newer with venv, make, and a package index pip can reach.

PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check
ARGS ?=
# Tests wait for services more than they compute; a file stays with one worker, so that what it shares is made once.
WORKERS ?= 3

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test faults mutants lint bench up down docs lock clean

help: ## Print every target and what it does.
	@awk -F ': .*## |: ## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run-ready ## Start Redis and all services here, publish the examples, show them travel; Ctrl-C stops it all.
	@exec .venv/bin/lightwire up --examples examples $(ARGS)

test: .venv/dev-ready ## Run all tests, two minutes of faults among them; what needs a missing tool is skipped and says so.
	@LIGHTWIRE_FAULTS=short .venv/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

faults: .venv/dev-ready ## Kill, stall and power-cut a working pipeline for many minutes, then a site, and audit both.
	@.venv/bin/python -m tests.faults.run --long $(ARGS)
	@.venv/bin/python -m tests.faults.site_kills --long $(ARGS)

mutants: .venv/dev-ready ## Prove the fault run: each seeded bug must be caught.
	@.venv/bin/python -m tests.faults.mutants $(ARGS)

lint: .venv/dev-ready ## Check style, types and who may import whom.
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

bench: .venv/bench-ready ## Measure this machine and write docs/benchmarks.md.
	@.venv/bin/python -m tests.bench $(ARGS)

up: ## Build the images and start Redis and all services with Docker Compose, in the background.
	docker compose up --build --detach --wait

down: ## Stop what `make up` started; the volumes, and so all stories, stay.
	docker compose down

docs: .venv/dev-ready ## Write the generated pages again: events, settings, schemas, .env.example.
	@.venv/bin/python -m docs.generate $(ARGS)

# One lock holds for all: the others are cut from dev.txt, so every image runs what was tested.
COMPILE = .venv/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(UPGRADE) pyproject.toml

lock: .venv/bin/python ## Resolve the dependencies again into requirements/; UPGRADE=--upgrade takes newer ones.
	@test -x .venv/tools/bin/uv || .venv/bin/python -m venv .venv/tools
	@test -x .venv/tools/bin/uv || .venv/tools/bin/python -m pip install --quiet uv
	@$(COMPILE) --extra dev --output-file requirements/dev.txt
	@$(COMPILE) --extra all --extra install -c requirements/dev.txt --output-file requirements/run.txt
	@for part in ingest enrichment moderation delivery site cli bench; do \
		$(COMPILE) --extra $$part -c requirements/dev.txt --output-file requirements/$$part.txt || exit 1; \
	done

clean: ## Remove the virtual environment and all caches; stories under .lightwire/ stay.
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@found=; for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Lightwire needs Python 3.11 or newer with venv; $(PYTHON) is $$($(PYTHON) -V 2>&1)." >&2; \
		echo "Install it (Debian, Ubuntu: python3-venv), or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$($$found -V)"; $$found -m venv --clear .venv

# The stamps are newer than their lock: a second run is instant, a changed lock installs again.
.venv/run-ready: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what running needs into .venv (once, about half a minute)"
	@$(PIP) install --quiet --require-hashes -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev-ready: .venv/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing what running and testing need into .venv (once, about a minute)"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch .venv/run-ready $@

# The lock is whole; without --no-deps, the pip of Python 3.11 stumbles over an extra that two packages ask for.
.venv/bench-ready: .venv/dev-ready requirements/bench.txt
	@echo "Installing what light pages are measured against into .venv (once)"
	@$(PIP) install --quiet --require-hashes --no-deps -r requirements/bench.txt
	@touch $@
