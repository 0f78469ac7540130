# What needs only Python 3.11+ and make. Each step leaves a stamp in .venv/stamps when it is complete,
# so that nothing is done twice and an interrupted set-up goes on where it stopped.

VENV := .venv
STAMPS := $(VENV)/stamps
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

# The first of these that starts, is new enough and can make environments (a pyenv shim may exist and fail).
PYTHONS := python3.13 python3.12 python3.11 python3 python3.14
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON ?= $(eval PYTHON := $(shell for p in $(PYTHONS); do \
	$$p -c '$(FITS)' >/dev/null 2>&1 && echo $$p && break; done))$(PYTHON)

# An environment belongs to its folder and to its Python: moved, or without it, it is made anew.
PLACE := $(shell $(BIN)/python -c '' 2>/dev/null && cat $(STAMPS)/place 2>/dev/null)

# Tests that need no language model, server or browser, and start few processes.
FAST := not llm and not ollama and not browser and not slow

SOURCES := qa tests scripts bench training

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup chat test check static bench eval shots lock format notice clean

help:
	@sed -n 's/^## //p' Makefile

## make setup    environment, locked dependencies and models; leaves .venv/bin/qa
setup: $(STAMPS)/run
	@$(BIN)/qa models pull

## make chat     set up, index the documents (seeds/ unless qa.toml says otherwise), chat in the browser
chat: setup
	@$(BIN)/qa index || [ $$? -eq 1 ]  # a bad file has been told of; the others can be asked
	@$(BIN)/qa chat

## make test     every test, on real parts
test: $(STAMPS)/dev setup
	@bash scripts/build-ollama.sh || echo "Tests of a real Ollama server will be skipped." >&2
	@$(BIN)/python -m pytest $(ARGS)

## make check    format, lint, types and the fast tests: about a minute
check: static
	@$(BIN)/python -m pytest -q -m "$(FAST)" $(ARGS)

## make static   what check does without running a test
static: $(STAMPS)/dev
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted; run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary qa bench scripts
	@$(BIN)/python scripts/notice.py --check
	@$(BIN)/python scripts/settings_table.py --check

## make format   format the code and put its imports in order
format: $(STAMPS)/dev
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

## make bench    speed, side by side with a LlamaIndex quickstart; ARGS="--only ingest" for a part
bench: $(STAMPS)/dev setup
	@$(BIN)/python -m bench $(ARGS)

## make eval     the dev split of eval/gold/seeds.jsonl into reports/eval; ARGS="--no-judge" for the exact part
eval: $(STAMPS)/dev setup
	@$(BIN)/qa index seeds
	@$(BIN)/qa eval eval/gold/seeds.jsonl --split dev -o reports/eval $(ARGS)

## make lock     resolve the dependencies of pyproject.toml again (UPGRADE=--upgrade for newer versions)
UV ?= $(VENV)/lock/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml
lock: $(STAMPS)/place
	@command -v $(UV) >/dev/null || { $(BIN)/python -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip -q install uv; }
	@$(COMPILE) --extra build --extra dev --output-file requirements-dev.lock
	@$(COMPILE) --extra build --constraint requirements-dev.lock --output-file requirements.lock
	@$(COMPILE) --extra training --constraint requirements-dev.lock --output-file training/requirements.lock

## make notice   write NOTICE and the README's table of settings again
notice: $(STAMPS)/dev
	@$(BIN)/python scripts/notice.py
	@$(BIN)/python scripts/settings_table.py

## make shots    pictures of the page's states into reports/shots; with ARGS=--model the README's (needs Chromium)
shots: $(STAMPS)/dev
	@$(BIN)/python scripts/shots.py $(ARGS)

## make clean    remove the environment, caches and reports; not the index, not the models
clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache dist reports
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

ifneq ($(PLACE),$(CURDIR))
.PHONY: $(STAMPS)/place
endif
$(STAMPS)/place:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(FITS)' || { echo "Python 3.11 to 3.14 with its venv module is needed, and $(if $(PYTHON),$(PYTHON) will not do,none was found)." \
		"Install one (Debian: apt install python3-venv), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@mkdir -p $(STAMPS)
	@printf '%s\n' "$(CURDIR)" >$@

# `build` and `dev` hold the build backend, so that nothing outside the lock is fetched.
$(STAMPS)/run: requirements.lock pyproject.toml $(STAMPS)/place
	@echo "Installing the locked dependencies (some minutes the first time)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# The development lock holds the other one whole.
$(STAMPS)/dev: requirements-dev.lock pyproject.toml $(STAMPS)/place
	@echo "Installing the locked dependencies and development tools (some minutes the first time)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ $(STAMPS)/run
