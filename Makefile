# make demo     a story room on this machine, with a page; PLAY=docs/scenes/FILE plays a scene instead
# make test     the tests        make check    the linters        make bench    the benchmarks
# make test-models    the tests that need PyTorch, in .venv-models
#
# Each sets up what it needs in .venv, hash-locked, through your own pip settings.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MODELS_PIP := .venv-models/bin/python -m pip --disable-pip-version-check --quiet
TORCH ?= torch==2.13.0
REQUIREMENTS := requirements/build.txt requirements/demo.txt

.DELETE_ON_ERROR:
.PHONY: demo test test-models check format bench chaos lock pictures gallery clean

demo: .venv/demo
	@$(BIN)/python -m bot demo $(if $(PLAY),--play $(PLAY)) $(DEMO)

test: .venv/dev
	$(BIN)/python -m pytest -n auto --dist loadgroup $(TEST)

# PyTorch comes from your own index: elsewhere than here plain `torch` may bring gigabytes for GPUs; to have the
# build for processors, name PyTorch's own index for those in PIP_EXTRA_INDEX_URL.
test-models: .venv-models/dev
	.venv-models/bin/python -m pytest -n 0 $(or $(TEST),tests/models)

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m tests.bench

# People and faults at once, and a check of what docs/promises.md promises: make chaos ROUNDS=1000 SEED=7
chaos: .venv/dev
	$(BIN)/python -m tests.chaos --rounds $(or $(ROUNDS),200) --seed $(or $(SEED),1) $(CHAOS)

# The pictures in docs/, taken by the tests that walk through a room in a browser.
pictures: .venv/dev
	STORYROOM_PICTURES=docs/images $(BIN)/python -m pytest -n 0 \
	  tests/end_to_end/test_page_walk.py tests/end_to_end/test_gallery.py

# Every screen of the bot as a picture, in both languages, wide and on a phone: make gallery GALLERY=FOLDER
gallery: .venv/dev
	STORYROOM_GALLERY=$(abspath $(or $(GALLERY),$(error Name a folder: make gallery GALLERY=FOLDER))) \
	  $(BIN)/python -m pytest -n 0 tests/end_to_end/test_gallery.py

# After a change of dependencies in pyproject.toml. Needs uv.
UV ?= uv
LOCK := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet
lock:
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) pyproject.toml --extra local --extra opt --extra otel --extra upstream --group dev --group deploy \
	  -o requirements/dev.txt
	$(LOCK) pyproject.toml requirements/torch.in --extra local --extra models --group dev \
	  -c requirements/dev.txt --override requirements/torch-apart.txt -o requirements/models.txt
	# What is tested is what is run: the same versions everywhere.
	$(LOCK) pyproject.toml --extra local -c requirements/dev.txt -o requirements/demo.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt -o requirements/bot.txt

clean:
	rm -rf .venv .venv-models .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Story Rooms needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { echo "Python could not make a virtual environment. On Debian: apt-get install python3.11-venv"; exit 1; }

.venv/demo: $(REQUIREMENTS) pyproject.toml | .venv/bin/python
	@echo "Installing what the demo needs into .venv (once) ..."
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --require-hashes -r requirements/demo.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/demo requirements/dev.txt
	@echo "Installing what the tests need into .venv (once) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.venv-models/bin/python: .venv/bin/python
	@$(PYTHON) -m venv .venv-models

.venv-models/dev: $(REQUIREMENTS) requirements/models.txt pyproject.toml | .venv-models/bin/python
	@echo "Installing what the tests of models need into .venv-models (once) ..."
	@$(MODELS_PIP) install --require-hashes -r requirements/build.txt
	@$(MODELS_PIP) install --no-deps --require-hashes -r requirements/models.txt
	@$(MODELS_PIP) install $(TORCH)
	@$(MODELS_PIP) install --no-deps --no-build-isolation -e .
	@touch $@
