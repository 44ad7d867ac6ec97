# What people type; what cron runs is the command behind it (reputation --help).
# Each target makes .venv when it is missing or older than pyproject.toml.

PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3 python; do \
	$$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
CONFIG ?= config.toml
REPUTATION := $(BIN)/reputation $(if $(wildcard $(CONFIG)),--config $(CONFIG))
export OMP_NUM_THREADS ?= 1

.PHONY: setup reputation-report harvest import-archive import-survey read validate explore demo doctor \
	check test test-slow test-samples test-browser test-backends test-r bench clean

reputation-report: setup  ## read what is new, then report; the demonstration where there is no store yet
	@$(REPUTATION) report $(if $(YEAR),--year $(YEAR)) $(if $(WINDOW),--window $(WINDOW)) $(if $(LANGUAGE),--lang $(LANGUAGE))

setup: .venv/installed

.venv/python:
	@test -n "$(PYTHON)" || { echo "reputation needs Python 3.11, 3.12 or 3.13; install one, or name it: make PYTHON=/path/to/python" >&2; exit 2; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/installed: pyproject.toml .venv/python
	@echo "installing into .venv" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-test: pyproject.toml .venv/python
	@echo "installing into .venv with what the tests need" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/installed

.venv/installed-bench: pyproject.toml .venv/python
	@echo "installing into .venv with what is measured against" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@ .venv/installed .venv/installed-test

.venv/installed-backends: pyproject.toml .venv/python
	@echo "installing torch, transformers and danlp into .venv (about 2 GB)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,danlp,transformers]'
	@touch $@ .venv/installed .venv/installed-test

harvest: setup  ## one polite round over all due feeds, then the survey inbox
	@$(REPUTATION) harvest

import-archive: setup  ## FILES="a.ndjson b.txt" [QUERY=…] [WINDOW=FROM:TO] [OUTLETS=FILE]
	@test -n "$(FILES)" || { echo 'name the files: make import-archive FILES="a.ndjson b.txt"' >&2; exit 2; }
	@$(REPUTATION) import-archive $(FILES) $(if $(QUERY),--query '$(QUERY)') $(if $(WINDOW),--window $(WINDOW)) $(if $(OUTLETS),--outlets $(OUTLETS))

import-survey: setup  ## FILE=export CODEBOOK=wave.toml
	@test -n "$(FILE)" -a -n "$(CODEBOOK)" || { echo 'name both: make import-survey FILE=export CODEBOOK=wave.toml' >&2; exit 2; }
	@$(REPUTATION) import-survey $(FILE) --codebook $(CODEBOOK) $(if $(WAVE),--wave $(WAVE))

read: setup  ## read every text not yet read
	@$(REPUTATION) read

validate: setup  ## agreement and error, from hand codes
	@$(REPUTATION) validate

explore: setup  ## the rows behind the figures, in Datasette on this machine
	@$(BIN)/python -c 'import datasette' 2>/dev/null || { echo "installing Datasette into .venv" >&2; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[explore]' || true; }
	@$(REPUTATION) explore

demo: setup  ## write the demonstration inputs to build/demo
	@$(REPUTATION) demo build/demo

doctor: setup  ## what is installed, configured, stale or failing
	@$(REPUTATION) doctor

check: .venv/installed-test  ## style, types and import directions
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

test: check  ## everything that needs no other machine, system package or model
	@$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow and not samples and not browser and not backends and not r" --cov --cov-report=term:skip-covered

test-slow: .venv/installed-test  ## simulations over many seeds
	@$(BIN)/python -m pytest -m slow

test-samples: .venv/installed-test  ## SAMPLES=DIR: real third-party samples
	@test -d "$(SAMPLES)" || { echo "no samples: make test-samples SAMPLES=DIR"; exit 0; }; \
	SAMPLES="$(abspath $(SAMPLES))" $(BIN)/python -m pytest -m samples

test-browser: .venv/installed-test  ## the report in Chromium, with axe-core
	@command -v chromium >/dev/null || { echo "no Chromium: install it to look at the report"; exit 0; }; \
	$(BIN)/python -m pytest -m browser

test-backends:  ## danlp, transformers and spaCy models: tiny ones in the real format, loaded by the real code
	@$(MAKE) --no-print-directory .venv/installed-backends || { echo "no torch, transformers and danlp: the package index must be reached to install them"; exit 0; }; \
	$(BIN)/python -m pytest -m backends

test-r: .venv/installed-test  ## estimates against R's survey package: Debian's r-base-core, r-cran-survey and r-cran-mass
	@Rscript -e 'library(survey); library(MASS)' >/dev/null 2>&1 || { echo "no R with survey: apt install r-base-core r-cran-survey r-cran-mass"; exit 0; }; \
	$(BIN)/python -m pytest -m r

bench: .venv/installed-bench  ## what it costs, part by part [ONLY="reading bulk"] [SIZE=0.1]; writes docs/performance.*
	@ONLY="$(ONLY)" SIZE="$(SIZE)" $(BIN)/python -m benchmarks.run

clean:  ## everything made from the rest; never the store
	@rm -rf .venv build
