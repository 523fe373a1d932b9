# Everything a person or a machine does with this checkout. `make help` lists it.

PYTHON ?= python3
VENV := .venv
LOWEST := .venv-lowest
BENCH := .venv-bench
TRAIN := .venv-train
PYTEST := -m pytest -n 2 --dist loadgroup -m "not slow"
RUN = $(VENV)/bin

.DEFAULT_GOAL := help
# PyTorch for the processor alone comes from an index of its own; `make lock TORCH=` takes what PyPI has.
TORCH ?= cpu
.PHONY: help setup demo demo-atoms test test-slow test-lowest test-peers test-train potential heat paper bench lint docs lock clean

help: ## list what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

setup: $(VENV)/.installed ## install kapitza and its tools into .venv

demo: setup ## synthesise an AlN|SiC experiment, analyse it, leave the result in kapitza-demo/
	$(RUN)/kapitza demo -o kapitza-demo --force

demo-atoms: setup ## drive heat through a small AlN|SiC interface atom by atom, leave phonons, modes and heat flow in kapitza-demo-atoms/
	$(RUN)/kapitza atoms demo -o kapitza-demo-atoms --force

test: setup ## run the tests (those that take minutes are left to test-slow)
	$(RUN)/python $(PYTEST)

test-slow: setup ## run the tests that take minutes
	$(RUN)/python -m pytest -m slow

# Old releases of one library warn about new ones of another; that is no fault of the versions declared here. Two
# releases of numba must not share the kernels they keep: one process may read what another is about to replace.
test-lowest: $(LOWEST)/.installed ## run the tests with the lowest versions that pyproject.toml allows
	NUMBA_CACHE_DIR=$(CURDIR)/$(LOWEST)/kernels $(LOWEST)/bin/python $(PYTEST) -W ignore::DeprecationWarning

test-peers: $(BENCH)/.installed ## hold kapitza against Nion Swift, HyperSpy, exSpy, dynasor and calorine
	$(BENCH)/bin/python -m pytest tests/peers

test-train: $(TRAIN)/.installed ## train small potentials with torchnep
	$(TRAIN)/bin/python -m pytest -m slow tests/atoms

potential: $(TRAIN)/.installed ## reference data, potential and phonons of AlN and SiC, in hours, into kapitza-potential/
	$(MAKE) --file data/aln-sic/potential.mk KAPITZA=$(CURDIR)/$(TRAIN)/bin/kapitza

heat: setup ## heat through AlN and SiC atom by atom in both directions, in hours, into kapitza-heat/
	$(MAKE) --file data/aln-sic/heat.mk KAPITZA=$(CURDIR)/$(RUN)/kapitza

paper: setup ## walk the paper figure by figure on synthetic experiments, leave the results in kapitza-paper/
	$(RUN)/python benchmarks/paper.py kapitza-paper

bench: $(BENCH)/.installed ## measure speed against Nion Swift, HyperSpy, exSpy, SciPy, lmfit and dynasor, and denoising against the peers installed
	$(BENCH)/bin/python benchmarks/speed.py
	$(BENCH)/bin/python benchmarks/kernels.py
	$(BENCH)/bin/python benchmarks/denoising.py --only slices
	$(BENCH)/bin/python benchmarks/modes.py

lint: setup ## check style and types
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

docs: $(VENV)/.docs ## build the documentation into site/
	$(RUN)/mkdocs build --strict

lock: setup ## resolve the lock files anew from pyproject.toml
	$(call compile,requirements.lock,--extra dev --upgrade)
	$(call compile,requirements-docs.lock,--extra docs --upgrade --constraint requirements.lock)
	$(call compile,requirements-lowest.lock,--extra dev --upgrade --resolution lowest-direct)
	$(call compile,requirements-bench.lock,--extra dev --extra bench --upgrade --constraint requirements.lock)
	$(call compile,requirements-train.lock,--extra dev --extra train --upgrade --constraint requirements.lock $(if $(TORCH),--torch-backend $(TORCH)))

clean: ## remove what make made, the environments included
	rm -rf $(VENV) $(LOWEST) $(BENCH) $(TRAIN) site kapitza-demo kapitza-demo-atoms kapitza-demo-data kapitza-paper kapitza-potential kapitza-heat .pytest_cache .mypy_cache .ruff_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

define compile
$(RUN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --quiet \
	--custom-compile-command "make lock" --output-file $(1) $(2)
endef

# Debian ships Python without the part that makes environments: root gets it installed, others are told what to ask for.
define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "kapitza wants Python 3.11 or later, got $$($(PYTHON) --version): name a newer one, as in make setup PYTHON=python3.12"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments: it wants the Debian package python3-venv."; \
		test "$$(id -u)" = 0 || { echo "Install it with: sudo apt-get install python3-venv"; exit 1; }; \
		apt-get update && apt-get install --yes python3-venv; }
	test -x $(1)/bin/pip || $(PYTHON) -m venv --clear $(1)
endef

# The lock names everything there is to install, so pip resolves nothing. Hash checking refuses the package itself, which
# has no hash; it follows from its own folder, with nothing fetched.
define install
	$(call environment,$(1))
	$(1)/bin/pip install --quiet --no-deps --require-hashes -r $(2)
	$(1)/bin/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
endef

$(VENV)/.installed: requirements.lock pyproject.toml
	$(call install,$(VENV),requirements.lock)

$(LOWEST)/.installed: requirements-lowest.lock pyproject.toml
	$(call install,$(LOWEST),requirements-lowest.lock)

$(BENCH)/.installed: requirements-bench.lock pyproject.toml
	$(call install,$(BENCH),requirements-bench.lock)

# Where pip does not find PyTorch for the processor alone, give it the index of such builds as an extra one.
$(TRAIN)/.installed: requirements-train.lock pyproject.toml
	$(call install,$(TRAIN),requirements-train.lock)

$(VENV)/.docs: $(VENV)/.installed requirements-docs.lock
	$(RUN)/pip install --quiet --no-deps --require-hashes -r requirements-docs.lock
	@touch $@
