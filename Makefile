PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST_WORKERS ?= 4  # on two cores: a test with a browser or a process of its own waits half the time

EVAL ?= runs/sample

export HF_HUB_OFFLINE ?= 1

.PHONY: run install test check bench eval pictures clean

run: $(VENV)/installed  ## load the sample shop, show what three of its leads would get, and serve
	@$(BIN)/sobmedida demo --serve

install: $(VENV)/installed  ## make the environment and no more

test: check  ## lint, types and every test; what had to be skipped is named at the end
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal -rs

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed-dev  ## speed, each figure against its baseline in the same run
	@for name in search embed checks generate events audiences serve pictures; do $(BIN)/sobmedida bench $$name || exit 1; done

eval: $(VENV)/installed-dev  ## every suite on the sample shop, held to its thresholds, and a report to look at
	rm -rf $(EVAL)
	$(BIN)/sobmedida eval run --out $(EVAL)
	$(BIN)/sobmedida eval report $(EVAL)
	$(BIN)/sobmedida eval gate $(EVAL)

pictures: $(VENV)/installed-dev  ## photograph the studio for its pages in docs/
	$(BIN)/python docs/make_pictures.py

clean:  ## remove the environment and caches; the data folder stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/python: 
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet "torch==2.13.0"
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install --quiet --constraint constraints.txt --editable ".[dev,eval,examples]"
	@touch $@
