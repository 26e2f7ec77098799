# The words of the contract, and `wheel` for who deploys. On a fresh machine each of them does all its set-up.
.PHONY: run test check bench soak wheel
.DELETE_ON_ERROR:
SHELL := bash

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PORT

run: .venv/run.stamp
	@DEMO=1 $(BIN)/quiz demo
	@DEMO=1 $(BIN)/python -m quiz.cli.together

test: .venv/dev.stamp .venv/browser.stamp .venv/servers.stamp .venv/verifier.stamp .venv/verapdf.stamp .venv/provider.stamp .venv/proxy.stamp
	@$(BIN)/pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile

check: .venv/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive quiz app.py bench 2> >(grep -v 'no failed test' >&2)
	@$(BIN)/lint-imports
	@$(BIN)/quiz translations check
	@$(BIN)/quiz bank check

bench: .venv/dev.stamp
	@$(BIN)/python -m bench

soak: .venv/dev.stamp .venv/browser.stamp .venv/servers.stamp .venv/verifier.stamp .venv/provider.stamp .venv/proxy.stamp
	@SOAK=1 $(BIN)/pytest -m soak
	@SOAK=1 $(BIN)/pytest tests/engine
	@$(BIN)/python -m bench.faults
	@$(BIN)/python -m bench.faults.hour --engine PostgreSQL
	@$(BIN)/python -m bench.faults.hour --engine SQLite

# Everything in one file, under dist/; the same commit gives the same bytes, wherever and whenever it is made.
wheel: .venv/run.stamp
	@$(BIN)/quiz fonts >/dev/null && $(BIN)/quiz translations compile
	@SOURCE_DATE_EPOCH="$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)}" $(BIN)/python -m pip wheel \
	  --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@sha256sum dist/amana-*.whl

.venv/run.stamp: requirements/run.txt requirements/node.txt package-lock.json pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@bash requirements/install_scripts.sh $(BIN)
	@$(BIN)/quiz fonts
	@$(BIN)/quiz translations compile
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp translations/ar/LC_MESSAGES/messages.po translations/ar/LC_MESSAGES/forms.po
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/quiz translations compile
	@touch $@

# The browser and the PDF reader of the tests come from the system's packages.
.venv/browser.stamp: | .venv/dev.stamp
	@bash tests/install_browser.sh
	@touch $@

# So do the pooler and the cache that stand beside a large installation.
.venv/servers.stamp: tests/install_servers.sh | .venv/dev.stamp
	@bash tests/install_servers.sh
	@touch $@

# The libraries of others that verify our credentials come by a lock of their own: they are no part of the product.
.venv/verifier.stamp: tests/verifier/package-lock.json | .venv/dev.stamp
	@bash tests/install_verifier.sh $(BIN)
	@touch $@

# The engine that holds our PDF files against the standards comes by digest as well, into a folder of its own.
.venv/verapdf.stamp: tests/install_verapdf.sh tests/verapdf/Vera.java tests/verapdf/requirements.txt | .venv/dev.stamp
	@bash tests/install_verapdf.sh $(BIN)
	@touch $@

# What stands before the processes where they are deployed.
.venv/proxy.stamp: tests/install_proxy.sh | .venv/dev.stamp
	@bash tests/install_proxy.sh
	@touch $@

# So does the provider of identities that they sign in through.
.venv/provider.stamp: tests/provider/package-lock.json | .venv/dev.stamp
	@bash tests/install_provider.sh $(BIN)
	@touch $@
