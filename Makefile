# Convenor's commands. `make help` lists them; `make run` is all a newcomer needs.
#
# Nothing to set up first: every target builds what it needs in .venv/ and remembers that it did.

VENV := .venv
BIN  := $(VENV)/bin
PY   := $(BIN)/python
PIP  := $(PY) -m pip --disable-pip-version-check --no-input -qq

# The Python to build .venv with: the first of these that is 3.11 or newer. `make PYTHON=… setup` picks one.
PYTHON ?= python3 python3.13 python3.12 python3.11

RUN_STAMP     := $(VENV)/.installed-run
DEV_STAMP     := $(VENV)/.installed-dev
PROJECT_STAMP := $(VENV)/.installed-project

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup dev-setup run test soak bench lint format lock diagram screenshots clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(RUN_STAMP) $(PROJECT_STAMP) ## build .venv/ with what Convenor runs on

dev-setup: $(DEV_STAMP) $(PROJECT_STAMP) ## … and with what its tests and checks need

run: setup ## start Convenor (ARGS="--port 9000" passes options on)
	@$(BIN)/convenor run $(ARGS)

# Tests start Convenor many times over, and each worker reads all of them: nothing is compiled twice.
test soak bench: export PYTHONDONTWRITEBYTECODE :=

# Three workers on two cores: the browser's, Slack's and Teams' tests stand in groups that wait a good deal.
test: dev-setup ## every test, the browser's included (ARGS="-k words" passes options on)
	@$(PY) -m tests.chromium
	@$(PY) -m tests.local_slack
	@$(PY) -m tests.playground
	@$(PY) -m compileall -q bot questions storage tests
	@$(PY) -m pytest -n 3 $(ARGS)

soak: dev-setup ## the long tests: crashes and load in a loop, and properties over many more examples
	@$(PY) -m pytest -m soak --timeout=1800 $(ARGS)
	@HYPOTHESIS_PROFILE=thorough $(PY) -m pytest -n 2 --timeout=1800 -k "properties or any or whatever" $(ARGS)

bench: dev-setup ## measure, print, and write the numbers under build/
	@$(PY) -m tests.bench $(ARGS)

lint: dev-setup ## style, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PY) -m mypy
	$(BIN)/lint-imports --no-logo

format: dev-setup ## put the code into the one format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

diagram: dev-setup ## draw the state diagram of the docs from the engine's table
	@$(PY) -m bot.core.diagram docs/walk.md

screenshots: dev-setup ## take the pictures that the docs show, of the real workspace and the real bot
	@$(PY) -m tests.screenshots
	@$(PY) -m tests.slack_screenshots
	@$(PY) -m tests.teams_screenshots
	@$(PY) -m tests.digest_screenshots

# The locks hold versions and hashes, and nothing of where they came from.
# The runtime lock includes Slack and Teams: one lock, one stack, whatever is configured.
COMPILE = $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	--extra slack --extra teams --group build \
	--generate-hashes --no-emit-index-url --no-header $(ARGS)

lock: $(PY) ## write both lock files anew (ARGS=--upgrade takes newer versions)
	@test -x $(BIN)/uv || $(PIP) install uv
	@$(COMPILE) --output-file requirements.lock >/dev/null
	@$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock >/dev/null
	@if grep -nE 'https?:|file:|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock; \
		then echo 'A lock file names an address. See the lines above.' >&2; exit 1; fi

clean: ## remove .venv/ and everything that was built (never your database)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	find bot questions storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- How .venv/ comes to be ---------------------------------------------------------------------

# A .venv/ whose Python is gone (the system's was upgraded) starts over.
$(shell test -e $(PY) || rm -f $(RUN_STAMP) $(DEV_STAMP) $(PROJECT_STAMP))

$(PY):
	@for python in $(PYTHON); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
			version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
			echo "Python $$version has no venv module here. Install it (Debian, Ubuntu: apt install python$$version-venv), then run make again." >&2; \
			exit 1; \
		fi; \
		echo "Setting Convenor up in $(VENV)/ with $$("$$python" --version). This happens once and takes about a minute."; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "Convenor needs Python 3.11 or newer and found none of: $(PYTHON). Install it (Debian, Ubuntu: apt install python3 python3-venv), then run make again." >&2; \
	exit 1

$(RUN_STAMP): requirements.lock | $(PY)
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

# The development lock holds everything that the runtime lock holds, so this marks both as done.
$(DEV_STAMP): requirements-dev.lock requirements.lock | $(PY)
	@echo "Installing what the tests and checks need …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $(RUN_STAMP) $@

# Editable, and with the locked setuptools: nothing is fetched that the lock does not name.
$(PROJECT_STAMP): pyproject.toml | $(PY)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
