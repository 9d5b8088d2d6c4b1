PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: run test lint format bench train-seed persons clean

run: $(VENV)/served
	$(BIN)/moderation demo

test: $(STAMP)
	$(BIN)/pytest

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(STAMP)
	$(BIN)/python -m benchmarks

screenshots: $(STAMP)
	$(BIN)/python -m tools.screenshots

train-seed: $(STAMP)
	$(BIN)/moderation-train train --data data/seed --out models

# Optional: marks the persons that comments name; see docs/operations.md.
persons: $(VENV)/served
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/persons.txt

clean:
	rm -rf $(VENV) build *.egg-info

$(VENV)/served: setup.cfg pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(STAMP): setup.cfg pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/served
