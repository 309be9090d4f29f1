# Warmline. `make demo` shows it, `make test` checks it; both set everything up first, and do nothing twice.
PYTHON ?= python3
BIN := .venv/bin
VENDOR := webapp/static/vendor/.done
MO := webapp/translations/ru/LC_MESSAGES/messages.mo

.PHONY: help demo test setup setup-tests fuzz lint format lab clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: setup $(if $(filter twilio pretend,$(PROVIDER)),,lab) ## set everything up and run it; PROVIDER=twilio needs no Asterisk
	@$(BIN)/dialer demo $(if $(PROVIDER),--provider $(PROVIDER))

test: setup-tests lab ## set everything up and pass the tests
	@$(BIN)/python -m pytest

setup: .venv/.done $(VENDOR) $(MO) ## virtual environment, browser assets, translations

setup-tests: .ci/.packages setup ## what the tests need besides: PostgreSQL, Chromium, SIPp

lab: .venv/.done ## the Asterisk of the lab, built once and kept in the user's cache
	@$(BIN)/dialer lab build || true

fuzz: setup-tests ## throw ever new text at the call language, a minute for each part of it
	@WARMLINE_FUZZ_S=60 $(BIN)/python -m pytest --timeout 600 tests/unit/scripts/test_script_fuzz.py

lint: .venv/.done ## ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: .venv/.done ## let ruff write the code as it likes it
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## throw away what set-up and the demo made in this folder
	rm -rf .venv node_modules var build *.egg-info webapp/static/vendor $(MO) .ci/.packages

.venv/.done: setup.cfg pyproject.toml
	@test -x $(BIN)/python || sh .ci/step "Virtual environment" $(PYTHON) -m venv .venv
	@sh .ci/step "Python packages" $(BIN)/python -m pip install -qq --disable-pip-version-check -e '.[postgres,spss,dev]'
	@touch $@

$(VENDOR): package.json package-lock.json webapp/vendor.mjs
	@sh .ci/step "Browser assets" sh -c 'npm ci --silent --no-audit --no-fund && node webapp/vendor.mjs'
	@touch $@

$(MO): webapp/translations/ru/LC_MESSAGES/messages.po .venv/.done
	@sh .ci/step "Translations" $(BIN)/pybabel -q compile -d webapp/translations

.ci/.packages:
	@sh .ci/packages
	@touch $@
