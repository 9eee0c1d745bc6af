# `make demo` and `make test` set up everything they need in .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SETUP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test exam exam-table format rule plans bench long soak fuzz lock site audit-dependencies clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(SETUP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@# Where PYTHONDONTWRITEBYTECODE is set, every start would compile the package anew.
	$(BIN)/python -m compileall -q checker
	@touch $@

demo: $(SETUP) ## check a good and a bad example, and show both reports
	@$(BIN)/python -m tools.demo

test: $(SETUP) ## every test, and the checks of the code's form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.house
	$(BIN)/pytest -n auto

exam: $(SETUP) ## how many cases of tests/exam are answered rightly; TOOL=checkov asks another tool
	$(BIN)/python -m tools.exam --tool $(or $(TOOL),orgtrail) $(if $(COMMAND),--command $(COMMAND)) $(NAMES)

exam-table: $(SETUP) ## install the tools that docs/exam.md tells of, have each sit the exam, and remake the page
	$(BIN)/python -m tools.exam_table $(TOOLS)

format: $(SETUP) ## bring the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

rule: $(SETUP) ## NAME=trail-does-something: begin a rule, or remake what follows from its two files
	$(BIN)/python -m tools.rule $(NAME)

plans: $(SETUP) ## remake the recorded plans of examples/ and tests/ with the real terraform
	$(BIN)/python -m tools.plans

bench: $(SETUP) ## measure, as ratios within one run
	$(BIN)/python -m tools.bench

bench-instructions: $(SETUP) ## what a change costs, counted in instructions (needs valgrind)
	$(BIN)/python -m tools.bench_instructions

long: $(SETUP) ## the tests that take minutes: the modules' variations, applied and changed
	$(BIN)/pytest -n auto -m long

soak: $(SETUP) ## check 2,000 plans in one process and in a pool, and watch the memory
	$(BIN)/python -m tools.soak

fuzz: $(SETUP) ## the long random tests, 200,000 hostile inputs among them: hours; one part: python -m tools.fuzz readers
	$(BIN)/python -m tools.fuzz

lock: $(SETUP) ## remake pipelines/requirements.txt: what orgtrail needs, each package by its hash
	$(BIN)/python -m tools.lock

site: $(SETUP) ## the documentation site, strictly, into build/site/out
	$(BIN)/python -m tools.website

audit-dependencies: $(SETUP) ## look for known vulnerabilities of what orgtrail needs (asks pypi.org)
	$(BIN)/pip-audit --strict .

clean: ## remove what was made
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache build dist
