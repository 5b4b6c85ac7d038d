# Everything is built into .venv, inside this folder; several clones do not disturb each other.
# Needs Python 3.11.5 or newer, make and git. Another Python than python3: make PYTHON=python3.13 test

PYTHON ?= python3
PORT ?= 3000
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help
help: ## what there is to make
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-11s %s\n", $$1, $$2 }'

.PHONY: env
env: .venv/.installed ## the environment: .venv, with the sparkify command in it

# The stamp comes last. A build that was killed leaves the mark, and the next one starts from nothing: pip takes a package that
# it installed by half for a whole one.
.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || { echo >&2 \
	  "Sparkify needs Python 3.11.5 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another one: make PYTHON=python3.13"; exit 1; }
	@mark=.venv/.unfinished; trap 'exit 130' INT TERM; \
	if [ -e $$mark ] && kill -0 "$$(cat $$mark)" 2>/dev/null; then \
	  echo >&2 "another make is building .venv (process $$(cat $$mark)): wait until it is done"; exit 1; \
	elif [ -e $$mark ]; then rm -rf .venv; fi; \
	mkdir -p .venv && echo $$$$ > $$mark; \
	if [ ! -x $(BIN)/pip ]; then $(PYTHON) -m venv .venv || { \
	  echo >&2 "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }; fi; \
	echo "installing into .venv (a minute or two the first time) ..."; \
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'; failed=$$?; \
	rm -f $$mark; exit $$failed
	@touch $@

# A lake that is there is left alone; log_data appears last, so where it is the sample is whole.
data/lake/log_data: | .venv/.installed
	@test ! -e data/sparkify.duckdb || { echo >&2 "data/lake is not there, but data/sparkify.duckdb, which was loaded from it, is:" \
	  "put the lake back, or set SPARKIFY_LAKE; or take the warehouse away for a new sample"; exit 1; }
	@$(BIN)/sparkify sample data/lake

.PHONY: lake
ifdef SPARKIFY_LAKE  # the user has one
lake:
else
lake: data/lake/log_data
endif

.PHONY: demo
demo: env lake ## a sample lake, everything loaded from it, and two answers
	@$(BIN)/sparkify load
	@echo; echo "Who plays most?"
	@$(BIN)/sparkify query "SELECT first_name, last_name, plays FROM most_active_users ORDER BY plays DESC, last_name, first_name"
	@echo; echo "When do people listen? (UTC)"
	@$(BIN)/sparkify query "SELECT hour, plays FROM popular_hours ORDER BY plays DESC, hour"

.PHONY: dev
dev: env lake ## the Dagster UI on http://localhost:3000 (another port: make dev PORT=3001)
	@exec $(BIN)/sparkify dev --port $(PORT)

# The tests start hundreds of processes, which need not compile the platform's modules each.
unexport PYTHONDONTWRITEBYTECODE

# Tests that share something expensive name it (xdist_group), and go to one process; all others are spread.
# One process more than there are cores for `make test`: tests of a running platform wait more than they work.
CORES := $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)))' 2>/dev/null || echo 2)
TESTERS ?= $(shell expr $(CORES) + 1)
PYTEST := $(BIN)/pytest --dist loadgroup

.PHONY: test-fast
test-fast: env ## the fast tests, while developing: a minute (a part of them: make test-fast ARGS='-k songplays')
	@$(PYTEST) -n $(CORES) -m 'not integration and not slow' --at-most=1 $(ARGS)

.PHONY: test
test: env ## all tests but the slow ones, with servers, processes and a browser: what a change must pass
	@$(PYTEST) -n $(TESTERS) $(ARGS)

.PHONY: test-slow
test-slow: env ## the slow tests: thousands of histories, kills by the dozen, a year; runs with their history in PostgreSQL
	@$(PYTEST) -n $(TESTERS) -m slow $(ARGS)
	@$(PYTEST) -n $(TESTERS) --postgresql sparkify_assets_tests/orchestration sparkify_assets_tests/live $(ARGS)

.PHONY: golden
golden: env ## write the golden files (SQL, graph, help, messages, loaded sample) anew; then review the diff
	@$(BIN)/pytest -q -m 'not slow' --update-golden sparkify_assets_tests/golden $(ARGS)
	@git status --short sparkify_assets_tests/golden/data

.PHONY: docs
docs: env ## write the generated table of settings in docs/configuration.md; then review the diff
	@$(BIN)/python -m sparkify_assets_tests.docs_configuration
	@git status --short docs/configuration.md

SIZES ?= small large
.PHONY: bench
bench: env ## how fast it is (in minutes, without the large sizes: make bench SIZES=small)
	@$(BIN)/python -m bench.run $(if $(filter large,$(SIZES)),--large) $(ARGS)

# Each says what it finds; all must be content. Formatting is for people, so `ruff format` has no say.
.PHONY: lint
lint: env ## ruff, pyright, sqlfluff and Dagster's own checks
	@echo "ruff";     $(BIN)/ruff check
	@echo "pyright";  $(BIN)/pyright
	@echo "sqlfluff"; $(BIN)/sqlfluff lint --disable-progress-bar sparkify_assets/tables
	@echo "dagster"; home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; cp sparkify_assets/orchestration/dagster.yaml "$$home/"; \
	export DAGSTER_HOME="$$home" VIRTUAL_ENV="$(CURDIR)/.venv" PYTHONWARNINGS=ignore::FutureWarning; \
	$(BIN)/dagster definitions validate -w workspace.yaml && $(BIN)/dg check defs

.PHONY: lock
lock: ## constraints.txt anew: the newest versions that pyproject.toml allows
	@set -e; new=$$(mktemp -d); trap 'rm -rf "$$new"' EXIT; \
	$(PYTHON) -m venv "$$new/venv"; \
	"$$new/venv/bin/pip" install -q --disable-pip-version-check -e '.[dev]'; \
	"$$new/venv/bin/pip" freeze --exclude-editable > "$$new/frozen"; \
	! grep -n '[@/]' "$$new/frozen"; \
	{ sed -n '/^#/p' constraints.txt; LC_ALL=C sort -f "$$new/frozen"; } > "$$new/constraints.txt"; \
	cp "$$new/constraints.txt" constraints.txt

.PHONY: clean
clean: ## takes away .venv, caches and build leftovers; data/ stays
	@rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
