# Seuil: every command of the project. The list is closed; each one is told in CONTRIBUTING.md.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo check test chaos cluster journey bench fix contracts compose-check clean
BIN := .venv/bin
MEMBERS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard libs/*/pyproject.toml services/*/pyproject.toml deploy/pyproject.toml)))
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1|/p' Makefile | while IFS='|' read -r name text; do printf '%-18s %s\n' "$$name" "$$text"; done

run: .venv/.stamp  ## start everything and print one address
	@exec $(BIN)/python -m seuil_dev run

demo: .venv/.stamp  ## the same, with the territory of Lille loaded
	@exec $(BIN)/python -m seuil_dev demo

check: .venv/.stamp  ## style, types, imports, and the tests that need no engine
	@$(BIN)/python scripts/check.py

test: .venv/.stamp  ## every test, on real engines
	@$(BIN)/python scripts/test.py

chaos: .venv/.stamp  ## break everything for DURATION=300 seconds under load, count what was lost (SEED=, RATE=)
	@exec $(BIN)/python -m tests.chaos chaos

cluster: .venv/.stamp  ## the same on three brokers and two replicas of each service
	@exec $(BIN)/python -m tests.chaos cluster

journey: .venv/.stamp  ## play the whole story over HTTP on a stack of its own
	@exec $(BIN)/python -m seuil_dev journey

bench: .venv/.stamp .venv-bench/.stamp  ## measure what Seuil costs beside the same work bare (ROWS=relay,policy)
	@exec $(BIN)/python -m bench $(ROWS)

fix: .venv/.stamp  ## put the code in the house style
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

contracts: .venv/.stamp  ## write again the schemas and docs/events.md from libs/contracts
	@$(BIN)/python -m contracts

compose-check: .venv/.stamp  ## judge docker-compose.yml, build what it builds, run what it runs
	@$(BIN)/python -m seuil_dev compose-check

clean:  ## remove the environment and the caches (never the data in .seuil)
	rm -rf .venv .tools .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.stamp: requirements.lock tools.lock $(MEMBERS:%=%/pyproject.toml)
	@echo "Environnement Python : installation…"
	@scripts/uv venv --quiet --allow-existing --python "$$(scripts/python)" .venv
	@scripts/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@scripts/uv pip install --quiet --python $(BIN)/python --no-deps --offline $(MEMBERS:%=-e %)
	@touch $@

.venv-bench/.stamp: bench/requirements.lock
	@echo "Banc de mesure : installation de ce qui est comparé…"
	@-scripts/uv venv --quiet --allow-existing --python "$$(scripts/python)" .venv-bench && scripts/uv pip sync --quiet --python .venv-bench/bin/python --require-hashes bench/requirements.lock && touch $@
