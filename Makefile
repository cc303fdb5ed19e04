# Everything runs in .venv; `make help` lists the targets.
PYTHON ?= python3
LETTERS ?= ingest/sample
# The sample and letters of your own are kept apart.
LETTERS_HOME ?= $(CURDIR)/.home/$(if $(filter ingest/sample,$(LETTERS)),sample,letters)
HOST ?= 127.0.0.1
PORT ?= 8400
# Where PyTorch comes from. With PIP_FIND_LINKS set, the wheels lying there are used; otherwise the CPU build is
# asked for by name, so that nobody pulls gigabytes of CUDA by accident (`make setup TORCH_BACKEND=auto` for a GPU).
TORCH_BACKEND ?= cpu
TORCH = $(if $(PIP_FIND_LINKS),$(addprefix --find-links ,$(PIP_FIND_LINKS)),--torch-backend $(TORCH_BACKEND))
BIN = .venv/bin
STAMP = .venv/.installed

.PHONY: help setup run test test-heavy check evals evals-baselines lock clean

help:        ## list the targets
	@grep -E '^[a-z-]+: .*##' Makefile | sed -E 's/:.*##/\t/'

setup: $(STAMP) ## install everything into .venv

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --quiet --python $(BIN)/python $(TORCH) -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: setup   ## ingest the sample (or LETTERS=path) and start the service
	LETTERS_HOME="$(LETTERS_HOME)" $(BIN)/letters ingest "$(LETTERS)"
	LETTERS_HOME="$(LETTERS_HOME)" $(BIN)/letters serve --host $(HOST) --port $(PORT)

test: setup  ## run the fast tests
	$(BIN)/python -m pytest -m "not heavy"

test-heavy: setup ## run the slow tests and those in a browser
	$(BIN)/python -m pytest -m heavy

check: setup ## lint and types
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

evals: setup ## compare how well answers are grounded with the committed baselines
	BIN=$(BIN) evals/gate.sh --baseline

evals-baselines: setup ## take today's figures as the new baselines
	BIN=$(BIN) evals/gate.sh --save-baseline

lock: setup  ## resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 $(TORCH) \
		--no-annotate --no-header --quiet --output-file requirements.lock --upgrade
	sed -i -E 's/^(torch==[0-9.]+)\+cpu$$/\1/' requirements.lock

clean:       ## remove .venv and what the tests and `make run` made
	rm -rf .venv .home .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
