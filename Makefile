# Thin on purpose: every command is one you could type. CONTRIBUTING.md lists the targets.
#   make book PYTHON=python3.12     another Python
#   make lab PORT=8890              that port and no other
#   make test JOBS=4                more test processes at once

PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
# A test process that hangs is ended (see pyproject.toml) and replaced, once.
PYTEST = $(BIN)/pytest -n $(JOBS) --dist loadfile --max-worker-restart 1
NOTEBOOKS = $(wildcard book/*.ipynb exercises/*.ipynb exercises/solutions/*.ipynb)
# The tests that need the built book.
OF_THE_SITE := tests/browser tests/exercises/test_leaks.py
# Find or install a Chromium for the browser, or stop with the line that says why there is none.
WITH_CHROMIUM = chromium="$$($(BIN)/python tools/chromium.py)" && BACKPROP_CHROMIUM="$$chromium"

.PHONY: book lab test test-fast check lint test-python test-notebooks test-browser \
	oracle instructors bench bench-pages mutants notebooks constraints screenshot clean environment test-environment
.DEFAULT_GOAL := book

# ---- for readers ----

book: environment
	@$(BIN)/python tools/inputs.py && echo "The book is built from today's files already." || ( set -ex; \
	rm -rf _build/html _build/built-from; \
	$(BIN)/jupyter-book build . -W -n --keep-going; \
	$(BIN)/python tools/inputs.py --record )
	@echo "$(CURDIR)/_build/html/index.html"

lab: environment
	$(BIN)/python tools/lab.py $(PORT)

# ---- for whoever changes something ----

test: lint test-python test-notebooks test-browser

lint: test-environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/codespell

test-python: test-environment
	$(PYTEST) tests $(addprefix --ignore ,$(OF_THE_SITE))

test-notebooks: test-environment
	$(PYTEST) -p nbval.plugin --nbval --nbval-current-env \
		--nbval-cell-timeout 120 $(NOTEBOOKS)

test-browser: book test-environment
	$(WITH_CHROMIUM) BACKPROP_SITE="$(CURDIR)/_build/html" \
		$(PYTEST) $(OF_THE_SITE)

test-fast: test-environment
	$(BIN)/ruff check .
	HYPOTHESIS_PROFILE=quick $(PYTEST) -m "not slow" tests \
		$(addprefix --ignore ,$(OF_THE_SITE))

check: test oracle instructors

oracle: test-environment
	$(BIN)/python -m tests.oracle

instructors: test-environment
	$(BIN)/python -m tests.instructors

bench: test-environment
	$(BIN)/python -m benchmarks

bench-pages: book test-environment
	$(WITH_CHROMIUM) $(BIN)/python -m benchmarks.pages

mutants: environment
	$(PYTHON) tools/environment.py mutants
	.venv-mutants/bin/python tools/mutants.py

notebooks: test-environment
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace $(NOTEBOOKS)
	$(BIN)/python tools/normalise_notebooks.py

screenshot: book test-environment
	$(WITH_CHROMIUM) $(BIN)/python tools/screenshot.py

constraints:
	$(PYTHON) tools/constraints.py

clean:
	rm -rf _build mutants .venv .venv-* .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

# ---- set-up: does nothing when nothing has changed ----

environment:
	@$(PYTHON) tools/environment.py

test-environment: environment
	@$(PYTHON) tools/environment.py test
