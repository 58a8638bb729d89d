# make app    install what is missing, build the demo collection, open artsim in a browser
# make test   the tests but for the slow ones; make slow: those; make lint: style and types
# make javascript  style, types and tests of the JavaScript alone, where node and npm are
# make check  style, types, all tests, and the list of what is installed
# make bench  every benchmark, hours on a machine at rest, and the pages that show them
# make viewers Mirador and Universal Viewer, for the test that opens our IIIF in them
# make mutate how many small faults in a sample the tests notice, about an hour
# make supply what is installed, without a network: licences, digests, the short list of known faults,
#             and build/artsim.cdx.json, a CycloneDX list of all of it (make sbom: that alone)
# make lock   requirements.lock anew, from what is installed; make audit: ask the public database of
#             known faults about it
# make clean  remove the environment and caches, never data/
#
# PYTHON=/path/to/python chooses the interpreter (3.11 or newer) that the environment is made of.

SHELL := /bin/bash
.DEFAULT_GOAL := app
.PHONY: app env dev demo serve test fast lint javascript no-javascript check bench viewers mutate lock audit supply sbom clean

VENV := .venv
RUN := $(VENV)/bin/python
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8501
# Benchmarks find the paintings of ../shared/data here, imported and embedded, the second time.
BENCH_HOME ?= /tmp/artsim-bench
# Tests wait for servers and browsers half of the time, so each core gets a worker; a file of tests
# stays with one worker, which makes its server once.
# -rfER names the tests that failed, and those that passed at the second try.
TESTS := $(RUN) -m pytest -n logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder \
  -rfER
# JavaScript is checked where Node 18 or newer and npm are: nothing else needs them.
NODE := $(shell command -v npm >/dev/null 2>&1 && \
  node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && echo node)
JAVASCRIPT := $(if $(NODE),node_modules/.installed,no-javascript)

app: demo
	@$(RUN) -m artsim serve --host $(HOST) --port $(PORT) --open

demo: env
	@$(RUN) -m artsim demo

serve: env
	@$(RUN) -m artsim serve --host $(HOST) --port $(PORT)

env: $(VENV)/.app-installed
dev: $(VENV)/.dev-installed

$(RUN):
	@for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3; do \
	  if [ -n "$$python" ] && \
	     "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making the environment in $(VENV) with $$python"; \
	    exec "$$python" -m venv $(VENV); \
	  fi; \
	  if [ -n "$(PYTHON)" ]; then break; fi; \
	done; \
	echo "artsim needs Python 3.11 or newer: install it, or say where it is with" \
	     "make app PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.app-installed: requirements.txt pyproject.toml | $(RUN)
	@echo "Installing artsim and what it needs (some minutes, some gigabytes, once)"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --editable ".[training,fast]"
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt $(VENV)/.app-installed
	@echo "Installing what the checks need"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@echo "Installing what the checks of JavaScript need"
	@npm ci --omit=optional --no-audit --no-fund --loglevel=error
	@touch $@

# Only what they publish for browsers: what npm would install beside it are 700 packages.
VIEWERS := mirador@4.0.0 universalviewer@4.4.0
viewers: $(if $(NODE),build/viewers/.fetched,no-javascript)

# Where they cannot be fetched, that one test is skipped.
build/viewers/.fetched: Makefile
	@mkdir -p build/viewers
	@for viewer in $(VIEWERS); do \
	  name=$${viewer%%@*}; mkdir -p build/viewers/$$name; \
	  tar xzf "build/viewers/$$(npm pack --silent --pack-destination build/viewers $$viewer)" \
	    -C build/viewers/$$name --strip-components=1 \
	    || { echo "$$viewer could not be fetched: no test opens our IIIF in it"; exit 0; }; \
	done; rm -f build/viewers/*.tgz; touch $@

no-javascript:
	@echo "JavaScript is not checked: that needs node 18 or newer, and npm"

javascript: $(JAVASCRIPT)
	$(if $(NODE),npm run --silent lint)
	$(if $(NODE),npm run --silent test)

lint: dev $(JAVASCRIPT)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(if $(NODE),npm run --silent lint)

# One of the tests, tests/app/test_javascript.py, runs those of JavaScript.
test: dev $(JAVASCRIPT)
	$(TESTS) -m "not slow"

slow: dev viewers
	$(TESTS) -m slow

# Types are checked by one process: the tests have the other.
check:
	@$(MAKE) --no-print-directory -j2 lint test sbom
	@$(MAKE) --no-print-directory slow

bench: dev
	$(RUN) -m benchmarks all --home $(BENCH_HOME) && $(RUN) -m benchmarks.report figures performance

mutate: dev
	nice -n 10 $(RUN) -m benchmarks mutation

lock: dev
	@{ echo "# What the tests ran with, each file by its digest, for Python $$($(RUN) -c 'import platform; print(platform.python_version())') on $$(uname -sm); written by make lock"; \
	  $(RUN) -m uv pip compile --quiet --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links --python $(RUN) \
	    --constraints <($(RUN) -m pip freeze --exclude-editable) \
	    requirements.txt requirements-dev.txt; } >requirements.lock.new
	@mv requirements.lock.new requirements.lock

supply: dev sbom
	$(RUN) -m pytest -n 0 -q tests/test_supply.py tests/test_licences.py

audit: dev
	$(RUN) -m pip_audit --requirement requirements.lock --require-hashes --disable-pip

sbom: dev
	@mkdir -p build
	$(RUN) -m cyclonedx_py environment --pyproject pyproject.toml --output-reproducible \
	  --no-validate --output-file build/artsim.cdx.json $(RUN)

clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
