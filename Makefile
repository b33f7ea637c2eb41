# Punte: `make` alone tells what there is. Only Python 3.11+ and make are needed; the rest is installed into .venv.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
UV := 0.13.9
PYTHON := .venv/bin/python
INSTALLED := .venv/installed

export PUNTE_STATE ?= .local
export PUNTE_PORT_BASE ?= 8000

.PHONY: help up down token demo promises test check chaos mutants bench dead-letters lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

up: $(INSTALLED) ## start PostgreSQL, Kafka and the four services (PUNTE_PORT_BASE, PUNTE_STATE)
	@$(PYTHON) -m deploy.local up

down: $(INSTALLED) ## end them, and a demo that stayed up
	@$(PYTHON) -m deploy.local down

token: $(INSTALLED) ## print a token: ROLE=caseworker [CENTER=S2-7] [AUTHORITY=S2]
	@$(PYTHON) -m deploy.local token "$(ROLE)" --centers "$(CENTER)" --authorities "$(AUTHORITY)"

demo: $(INSTALLED) ## play reports and calls on a stack of its own; ONCE=1 ends it afterwards
	@$(PYTHON) -m deploy.demo

promises: $(INSTALLED) ## look again whether a demo that stayed up keeps its promises
	@$(PYTHON) -m deploy.demo --judge

test: $(INSTALLED) ## all tests, or those of ARGS="tests/unit -k offer"
	@$(PYTHON) -m pytest $(ARGS)

check: $(INSTALLED) ## format, lint, types, import contracts, generated files, leaks
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTHON) -m contracts.generate --check
	$(PYTHON) -m deploy.checks.leaks

chaos: $(INSTALLED) ## the long run of faults: ARGS="--seed 1 --reports 2000 --minutes 4"
	@$(PYTHON) -m tests.faults $(ARGS)

mutants: $(INSTALLED) ## break our own code in every known way: a test must notice each; ARGS="inbox relay" tries some
	@$(PYTHON) -m tests.mutants $(ARGS)

bench: $(INSTALLED) ## measure everything, or the parts of ARGS="startup hop relay intake journey backlog"
	@$(PYTHON) -m tests.bench $(ARGS)

dead-letters: $(INSTALLED) ## what was set aside: list, show, replay, delete: ARGS="replay --group triage --preview"
	@$(PYTHON) -m deploy.dead_letters $(ARGS)

lock: $(INSTALLED) ## choose newer versions: requirements.lock and Kafka's jars
	.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header --output-file requirements.lock pyproject.toml
	$(PYTHON) -m deploy.local.jars > .venv/kafka-jars.txt && mv .venv/kafka-jars.txt deploy/local/kafka-jars.txt

# Redone when the lock changes; otherwise nothing here asks a registry. Only standard error, since `make token` prints a token.
$(INSTALLED): requirements.lock
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Punte needs Python 3.11 or newer: python3 is %d.%d." % sys.version_info[:2])'
	@echo "Punte: installing into .venv what requirements.lock names" >&2
	@test -x $(PYTHON) || python3 -m venv .venv >&2
	@.venv/bin/uv --version 2>/dev/null | grep -q '^uv $(UV) ' || .venv/bin/pip install --disable-pip-version-check --progress-bar off uv==$(UV) >&2
	@.venv/bin/uv pip install --python $(PYTHON) --require-hashes --requirements requirements.lock >&2
	@touch $@
