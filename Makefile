# Two commands for a fresh machine: make run, make test. `make help` lists all.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installed
WEB := web/admin
WEB_STAMP := $(WEB)/dist/index.html
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/index.html $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/vite.config.ts schema.graphql -type f 2>/dev/null | sed 's/ /\\ /g')

.DEFAULT_GOAL := help
.PHONY: help setup web run demo serve test test-fast e2e bench check lint types layers sizes schema-check web-check federation lock migrations clean

help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make .venv with the command shebao in it
$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

web: $(WEB_STAMP) ## Build the console
$(WEB)/node_modules/.installed: $(WEB)/package-lock.json $(WEB)/package.json
	@cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed
$(WEB_STAMP): $(WEB)/node_modules/.installed $(WEB_SOURCES)
	@cd $(WEB) && npm run --silent build

run: demo ## Everything up on embedded defaults, with demo data
	@$(BIN)/shebao serve --port $(PORT)

demo: setup web ## Migrate, seed and walk the main job on the sample workbook; no server
	@$(BIN)/shebao migrate
	@$(BIN)/shebao seed
	@echo "—— 样例：从增员表到账单 ——"
	@$(BIN)/shebao main-job

test: setup web ## Everything: rules, services, API, scenarios, browser, federation, console (again on MariaDB + Redis when TEST_* are set)
	@$(BIN)/python -m pytest -n 2
	@$(MAKE) --no-print-directory e2e
	@if [ -n "$$TEST_DATABASE_URL" ] && [ -n "$$TEST_REDIS_URL" ]; then \
		echo "—— again on MariaDB + Redis ——"; \
		SHEBAO_TEST_SERVERS=1 $(BIN)/python -m pytest -n 2 tests/services tests/api tests/scenarios tests/architecture/test_migrations.py tests/architecture/test_upgrade.py; \
	else echo "TEST_DATABASE_URL and TEST_REDIS_URL are not set: MariaDB and Redis were not tested"; fi
	@$(MAKE) --no-print-directory federation
	@cd $(WEB) && npm test --silent

test-fast: setup ## Only what is fast and needs no browser
	@$(BIN)/python -m pytest -n 2 -m "not slow and not e2e"

e2e: setup web ## The main job through the page, in headless Chromium
	@$(BIN)/python -m pytest -m e2e tests/e2e

federation: setup ## A real composer and gateway over our schema and a second subgraph
	@cd tests/federation && { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; } && npm test --silent

bench: setup ## Measure against the plain way
	@$(BIN)/python -m bench

check: setup lint types layers sizes schema-check web-check ## Everything that reads and does not run

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

layers: setup
	@$(BIN)/lint-imports

sizes: setup
	@$(BIN)/python -m pytest tests/architecture/test_house.py

schema-check: setup
	@$(BIN)/shebao export-schema --check

web-check: $(WEB)/node_modules/.installed
	@cd $(WEB) && npm run --silent typecheck

lock: ## Resolve requirements.lock anew
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements.lock

migrations: setup ## Write a migration for changed tables; read docs/operator.md before you commit it
	@$(BIN)/tortoise -c db.connect.MAKEMIGRATIONS makemigrations

clean: ## Remove what was built; data in var/ stays
	@rm -rf $(VENV) $(WEB)/node_modules $(WEB)/dist tests/federation/node_modules
