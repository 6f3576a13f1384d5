# Second Look. `make run` starts it, `make test` checks it; everything they need they fetch.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
HOST :=
PORT :=
PYTEST_ARGS :=
# Not empty: the tests are measured too, and fail if too little of the program was tested.
MEASURED :=
# Processes for the tests: one more than two cores, since many tests wait, but each takes up to 4 GB
# with what it starts. A file of tests stays in one of them.
TESTS_AT_ONCE = $(shell awk '/MemAvailable/ { n = int($$2 / 4e6); print (n < 1 ? 1 : n > 3 ? 3 : n) }' \
	/proc/meminfo 2>/dev/null || echo 2)

# The first Python 3.11 on this machine; looked for only when the environment is made.
PYTHON = $(shell for name in python3.11 python3 python; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; \
	then echo "$$name"; break; fi; done)

.PHONY: run install test check browser format lock bench clean help
.DEFAULT_GOAL := help

help:
	@echo "make run     start Second Look and open http://127.0.0.1:7860 (PORT=8000 for another)"
	@echo "make test    all checks and tests, as in CI"
	@echo "make check   formatting, lint, types and imports only"
	@echo "make format  let ruff format and repair what it can"
	@echo "make bench   the benchmarks; each prints what it measured"
	@echo "make lock    requirements*.txt anew from requirements*.in"
	@echo "make clean   remove the environment and caches; data/ stays"

run: $(VENV)/.runtime
	@$(PY) -m app serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

install: $(VENV)/.runtime

test: check browser
	@.ci/javascript test
	OMP_NUM_THREADS=1 $(PY) -m pytest --numprocesses $(TESTS_AT_ONCE) --dist loadfile \
		$(if $(MEASURED),--cov --cov-report=json:coverage.json) $(PYTEST_ARGS)
	$(if $(MEASURED),$(PY) -m tests.coverage_gate)

check: $(VENV)/.development
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	@.ci/javascript check

browser:
	@.ci/browser

format: $(VENV)/.development
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

bench: $(VENV)/.development
	@for file in $$(grep -l __main__ benchmarks/*.py) benchmarks/*/__main__.py; do \
		name=$${file%/__main__.py}; name=$${name%.py}; \
		echo "== $$file"; $(PY) -m "$$(echo "$$name" | tr / .)" || exit 1; done

# What torch brings for graphics cards differs from machine to machine, and torch itself asks for
# the exact versions: so it is not pinned here.
lock: $(VENV)/.development
	@brought=$$($(PY) -m pip list --format=freeze 2>/dev/null \
		| sed -nE 's/^((nvidia|cuda)-[^=]*|triton)=.*/--unsafe-package=\1/p'); \
	for name in requirements requirements-dev; do \
		CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet $$brought --unsafe-package=pip \
			--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras \
			--output-file $$name.txt $$name.in || exit 1; done

clean:
	rm -rf $(VENV) .ci/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage* coverage.json

$(PY):
	@if [ -z "$(PYTHON)" ]; then \
		echo "Second Look needs Python 3.11; on Debian: sudo apt-get install python3.11 python3.11-venv" >&2; \
		exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python's venv is missing; on Debian: sudo apt-get install python3.11-venv" >&2; \
		exit 1; fi
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "Fetching what Second Look is built on; the first time this takes some minutes ..."
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt $(VENV)/.runtime
	@$(PIP) install -r requirements-dev.txt -c requirements.txt
	@touch $@
