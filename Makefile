# Linyue: `make run` for a running sample district, `make test` for all tests. `make help` lists the rest.

PYTHON ?= python3
PROCESSES ?= 2
LINYUE_DATA ?= var
LINYUE_DEMO ?= 1
LINYUE_NEIGHBOURS ?= 1
export LINYUE_DATA LINYUE_DEMO LINYUE_NEIGHBOURS
# Where this is set nothing compiled is kept, and every start compiles a thousand modules anew: four seconds for two.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
PREPARE := $(PYTHON) server/setup/environment.py

.DEFAULT_GOAL := help
.PHONY: help run run-scaled test test-story lint format bench bench-rolls bench-ways faults migration lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## Serve the sample district on SQLite at 127.0.0.1, port PORT or 8000, data in LINYUE_DATA or var
	@$(PREPARE) run
	@$(BIN)/linyue migrate
	@if [ "$$LINYUE_DEMO" = 1 ]; then $(BIN)/linyue demo; fi
	@exec $(BIN)/linyue serve

run-scaled: ## The same on PostgreSQL and Redis, with two web processes and a worker
	@$(PREPARE) scaled
	@exec $(BIN)/python -m setup.scaled

test: ## Run the tests on SQLite and on PostgreSQL with Redis, in a real browser too; PROCESSES share them
	@$(PREPARE) test
	@exec $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal $(ARGS)

test-story: ## Of these, the browser suites alone: the whole story, every page in every look
	@$(PREPARE) test
	@exec $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal tests/story tests/pages $(ARGS)

faults: ## Kills, bad disks, bad lines, load, at full size: make faults ARGS="T1 --scale 0.1 --seed 7"
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.faults $(ARGS)

lint: ## Check style, types, imports, templates, scripts and file lengths
	@$(PREPARE) test
	@exec $(BIN)/python -m tests.lint

format: ## Let ruff lay out the Python files
	@$(PREPARE) test
	@$(BIN)/ruff check --fix --quiet server tests && $(BIN)/ruff format server tests

bench: ## Measure against the goals and against what others use; ARGS="fanout hall" parts of it, ARGS=--quick a try
	@$(PREPARE) bench
	@exec $(BIN)/python -m tests.bench $(ARGS)

bench-rolls: ## A million random owners' rolls against exact fractions
	@$(PREPARE) test
	@LINYUE_TEST_ROLLS=1000000 exec $(BIN)/python -m pytest -s tests/questions/test_law_rules.py -k exact_fractions

bench-ways: ## 10,000 counts of for and against as values; 200 elections in each way through the services on both databases
	@$(PREPARE) test
	@LINYUE_TEST_COUNTS=10000 $(BIN)/python -m pytest tests/questions/test_rules_tally.py -k agrees_with_fractions
	@LINYUE_TEST_VOTES=200 exec $(BIN)/python -m pytest tests/questions/test_ways_service.py -k "oracle or fractions"

migration: ## Write the next migration from the models
	@$(PREPARE) test
	@cd server && PYTHONPATH=. ../$(BIN)/python setup/migration.py

lock: ## Renew server/requirements from pyproject.toml (needs uv)
	@exec $(PYTHON) server/setup/lock.py

clean: ## Remove the environment, caches and build results; the data folder stays
	@rm -rf .venv web/node_modules dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find server tests -name __pycache__ -type d -prune -exec rm -rf {} +
