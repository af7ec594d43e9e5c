# Palier: `make run` starts it, `make test` proves it.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
DEMO ?= yes
BIN := .venv/bin
PO := $(wildcard lms/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.PHONY: run test test-fast check soak bench conformance messages browser clean help

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/.runtime $(MO) ## start Palier at http://localhost:8000 (PORT=, DEMO=no)
	@LMS_PORT=$(PORT) LMS_BASE_URL=http://localhost:$(PORT) exec $(BIN)/palier serve $(if $(filter no,$(DEMO)),--first-administrator,--demonstration)

# What tests write stays in memory where there is room for it: they would wait for the disk a third of their time.
IN_MEMORY = room=$$(df --output=avail -m /dev/shm 2>/dev/null | tail -1); \
  if [ "$${room:-0}" -gt 4000 ] && [ -w /dev/shm ]; then \
  export TMPDIR=$$(mktemp -d /dev/shm/palier.XXXXXX); trap 'rm -rf "$$TMPDIR"' EXIT; chmod 711 "$$TMPDIR"; fi;
# Four at a time keep two cores busy: who waits for a browser or a server leaves the core to the others.
# The servers that they start, a process each, load what is compiled, also where the machine is set to compile it anew.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

test: .venv/.dev $(MO) browser ## run every test, browser included
	@$(IN_MEMORY) $(PYTEST)

test-fast: .venv/.dev $(MO) ## run every test that needs no browser
	@$(IN_MEMORY) $(PYTEST) --ignore tests/browser

check: .venv/.dev $(MO) ## style, types, architecture, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell lms courses scorm templates tests docs README.md CHANGELOG.md

soak: .venv/.dev $(MO) browser ## what has to be waited for by a real clock: minutes
	$(BIN)/pytest -p no:cacheprovider tests/soak/soak_*.py

bench: .venv/.dev $(MO) browser ## measure speed, as ratios against limits of the same run
	$(BIN)/python -m benchmarks

conformance: .venv/.dev ## replay the SCORM conformance cases, print the tables
	$(BIN)/python tests/conformance/run.py

messages: .venv/.dev ## collect the strings into the catalogues of lms/translations
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o /tmp/palier.pot .
	for language in fr es; do $(BIN)/pybabel -q update -N --no-wrap -i /tmp/palier.pot -d lms/translations -l $$language; done

# Most tests take Chromium without its windows where it is packaged: it is the same engine, and needs half of the time.
APT = DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
browser:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  command -v chromium >/dev/null || { apt-get update -qq && $(APT) chromium fonts-liberation >/dev/null; }; \
	  command -v chromium-headless-shell >/dev/null || $(APT) chromium-headless-shell >/dev/null 2>&1 || \
	  { apt-get update -qq && $(APT) chromium-headless-shell >/dev/null 2>&1; } || true; \
	fi; command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	{ echo "The browser tests need Chromium: install the package 'chromium' (sudo apt install chromium)."; exit 1; }

%.mo: %.po .venv/.runtime
	@$(BIN)/pybabel -q compile -i $< -o $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Palier needs Python 3.11 or newer; set PYTHON= to one."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python lacks venv: install the package 'python3-venv' (sudo apt install python3-venv)."; exit 1; }

.venv/.runtime: pyproject.toml | .venv/bin/python
	@echo "Installing Palier into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/.runtime $@

clean: ## remove the virtual environment and the local data
	rm -rf .venv var
