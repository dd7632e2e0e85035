# The words of this project. Everything needs Python 3.11 or newer, and nothing else.
PYTHON ?= python3
BIN = .venv/bin
# A worker for every core; a file stays in one, so that what its tests share is made once.
# More than eight would wait for the longest files. One that hangs is ended, and not tried again.
SHARED_OUT = -n logical --maxprocesses 8 --dist loadfile --max-worker-restart 0

.PHONY: help setup setup-dev run chat test faults check fix bench validate sabotage lock

help:           ## Show these words
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup:          ## Make .venv and install what the program needs
	@$(PYTHON) deploy/bootstrap.py

setup-dev:
	@$(PYTHON) deploy/bootstrap.py --dev

run: setup      ## Start everything and print the address of the web chat
	@exec $(BIN)/bpo run

chat: setup     ## Talk in the terminal; also reads piped lines
	@exec $(BIN)/bpo chat

test: setup-dev ## Run the whole test suite, on every core
	@$(BIN)/python -m pytest -q $(SHARED_OUT)

faults: setup-dev ## Run the tests that kill, interrupt, repeat and outrun
	@$(BIN)/python -m pytest tests/faults -q

check: setup-dev ## Format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: setup-dev  ## Format, and mend what lint can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup-dev ## Measure beside peers; prints a table, writes benchmarks/results.json
	@$(BIN)/python -m benchmarks

validate: setup-dev ## Examine simulated investors; writes docs/validation.md (up to 15 minutes)
	@$(BIN)/python -m benchmarks.validation --held-out

sabotage: setup-dev ## Apply each sabotage patch; the suite must turn red
	@$(BIN)/python -m tests.sabotage

lock:           ## Pin the dependencies anew
	uv pip compile --universal --python-version 3.11 pyproject.toml -o deploy/requirements.txt
	uv pip compile --universal --python-version 3.11 pyproject.toml --extra dev -c deploy/requirements.txt -o deploy/requirements-dev.txt
