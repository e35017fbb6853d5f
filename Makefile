# Two commands for a newcomer: `make demo` and `make test`. Both set up what they need.
SHELL := /bin/bash
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV := .venv
BIN := $(VENV)/bin
VENDOR := supervisor_ui/static/vendor/.done

.DEFAULT_GOAL := help
.PHONY: help demo serve test check style types imports node-test pytest screenshots lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(BIN)/.core $(VENDOR) ## install, start the server, play two sample calls (ONCE=1: end by itself)
	$(BIN)/copilot demo $(if $(ONCE),--once)

serve: $(BIN)/.core $(VENDOR) ## install and start the server
	$(BIN)/copilot serve

test: $(BIN)/.test $(VENDOR) ## install what tests need and run all of them
	$(MAKE) --no-print-directory check node-test pytest

check: style types imports ## lint, types, dependency rules

style: $(BIN)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/.test
	$(BIN)/mypy

imports: $(BIN)/.test
	$(BIN)/lint-imports --no-cache

node-test: $(VENDOR)
	node --test supervisor_ui/test/

pytest: $(BIN)/.test $(VENDOR)
	PYTHONASYNCIODEBUG=1 $(BIN)/pytest

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "copilot needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# requirements.lock pins what was tested; pyproject.toml gives the lower bounds.
$(BIN)/.core: pyproject.toml requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint requirements.lock --editable .
	$(BIN)/python -m pip install --quiet --no-deps Resemblyzer==0.1.4
	touch $@

$(BIN)/.test: $(BIN)/.core tests/setup.sh
	bash tests/setup.sh $(BIN)/python
	touch $@

$(VENDOR): supervisor_ui/package.json supervisor_ui/package-lock.json supervisor_ui/vendor.mjs
	cd supervisor_ui && npm ci --silent --no-audit --no-fund && node vendor.mjs
	touch $@

lock: ## write requirements.lock anew from a fresh environment
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet torch==2.13.0
	build/lock/bin/python -m pip install --quiet '.[test,transformers,training,postgres]'
	build/lock/bin/python -m pip freeze --exclude contact-center-copilot \
	  | sed 's/+cpu$$//' > requirements.lock

clean: ## remove what was installed and generated
	rm -rf $(VENV) supervisor_ui/node_modules supervisor_ui/static/vendor build *.egg-info
