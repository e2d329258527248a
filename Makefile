# make run    the service with sample data, on this machine
# make test   all tests
# Each verb prepares what it needs; a second time that takes seconds.
SHELL := /bin/sh
PYTHON ?= python3
export PYTHON

# Each lies in what it stands for, so removing a folder makes it anew.
PACKAGES := .venv/installed
WEB_PACKAGES := web/node_modules/.package-lock.json
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/*.json)

.PHONY: help setup programs test-server chromium run test lint bench

help:
	@echo "make setup   prepare .venv, .tools and web/dist"
	@echo "make run     setup, then the service with sample data (Ctrl-C stops it)"
	@echo "make test    setup, then all tests"
	@echo "make lint    setup, then all linters and checkers"
	@echo "make bench   setup, then the benchmark"

setup: $(PACKAGES) programs test-server web/dist/index.html chromium
	@echo "setup: done"

.tools/checked: deploy/setup/check.sh
	@deploy/setup/check.sh
	@mkdir -p .tools && touch $@

$(PACKAGES): requirements.lock pyproject.toml | .tools/checked
	@echo "setup: Python packages into .venv"
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

programs: $(PACKAGES)
	@deploy/setup/programs.sh

$(WEB_PACKAGES): web/package-lock.json | .tools/checked
	@echo "setup: web packages into web/node_modules"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: $(WEB_SOURCES) $(WEB_PACKAGES)
	@echo "setup: building the web part into web/dist"
	@cd web && npm run --silent build
	@touch $@

test-server:
	@deploy/setup/test_server.sh

chromium: $(PACKAGES)
	@deploy/setup/chromium.sh

run: setup
	@.venv/bin/loupe up --demo

test: setup
	@echo "test: Python"
	@.venv/bin/pytest
	@echo "test: web"
	@cd web && npm run --silent test

lint: setup
	@echo "lint: ruff"
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@echo "lint: pyright"
	@.venv/bin/pyright
	@echo "lint: imports"
	@.venv/bin/lint-imports
	@echo "lint: biome"
	@cd web && npm run --silent lint
	@echo "lint: TypeScript"
	@cd web && npm run --silent check
	@deploy/setup/lock_files.sh

bench: setup
	@.venv/bin/loupe bench
