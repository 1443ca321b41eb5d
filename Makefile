# Everything a person or a pipeline does with this repository. `make` alone lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
TODO := $(BIN)/todo
export UV_SYSTEM_CERTS ?= true

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(INSTALLED) ## create the environment .venv from requirements.lock (every file checked by its hash)

# uv itself comes from the lock too. Only a change of the lock or of pyproject.toml makes it run again.
$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed: set PYTHON to its path." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^[^ #]/ {wanted = /^uv==/} wanted' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip sync --require-hashes --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

.PHONY: up
up: install ## run the whole system on this machine, until Ctrl-C (OPTIONS="--detach --port-offset 100")
	@$(TODO) up $(OPTIONS)

.PHONY: down
down: install ## stop it from another terminal
	@$(TODO) down $(OPTIONS)

.PHONY: test
test: install ## run all tests, on real components (OPTIONS="-k name")
	@$(BIN)/python -m todo_stack.prefetch
	@ci/test.sh $(OPTIONS)

# Each is one lane of `make test`, for a pipeline that runs them side by side.
.PHONY: coverage
coverage: install ## run the unit and contract tests; fail below the coverage floor
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run -m pytest -m "not slow" $(OPTIONS) tests/unit tests/contract
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

.PHONY: components
components: install ## run all other tests except those in the browser, on real components (OPTIONS="-k name")
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/pytest -m "not slow" --ignore tests/unit --ignore tests/contract --ignore tests/browser $(OPTIONS) tests

.PHONY: browser
browser: install ## test the web page in a real browser; skipped where none can be installed
	@ci/browser.sh
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/pytest $(OPTIONS) tests/browser

.PHONY: check
check: install ## check format, lint, types, import rules, contracts, generated files, manifests, shell scripts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TODO) contracts check
	$(BIN)/shellcheck --external-sources --source-path SCRIPTDIR .ci/run $$(git ls-files "*.sh")
	$(BIN)/python -m todo_kube.check

.PHONY: format
format: install ## format the code and sort its imports
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

.PHONY: generate
generate: install ## write gen/, docs/reference and the generated parts of kube/ from the contracts
	@$(TODO) contracts generate

# The time of the last commit is used as the build time, so that two builds have the same bytes.
.PHONY: wheel
wheel: install ## build dist/todo_platform_client-*.whl: typed clients and events for programs outside
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/uv build --quiet --wheel --no-build-isolation \
	  --python $(BIN)/python --out-dir dist gen

.PHONY: bench
bench: install ## measure every path of the targets beside its floor (OPTIONS="--only create,rest")
	@$(BIN)/python -m todo_stack.prefetch
	@GRPC_ENABLE_FORK_SUPPORT=false $(BIN)/python -m tests.bench $(OPTIONS)

.PHONY: chaos
chaos: install ## create 20,000 tasks while services and broker are killed with -9
	@TODO_CHAOS_CREATES=$${TODO_CHAOS_CREATES:-20000} $(BIN)/pytest tests/chaos $(OPTIONS)

.PHONY: releases
releases: install ## run this release with the previous one, and with a future one whose events have one more field
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/pytest tests/e2e/test_releases.py $(OPTIONS)

.PHONY: model
model: install ## compare TaskService with a model of it: 1,000 runs of 50 steps
	@TODO_MODEL_RUNS=$${TODO_MODEL_RUNS:-1000} TODO_MODEL_STEPS=$${TODO_MODEL_STEPS:-50} \
	  $(BIN)/pytest tests/model -k same $(OPTIONS)

.PHONY: scale
scale: install ## measure lists, searches and changes among a million tasks, beside bare SQL
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/python -m tests.scale $(OPTIONS)

.PHONY: rehearse
rehearse: install ## destroy and restore PostgreSQL and Kafka under load, and print the figures
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/pytest -s tests/rehearsal $(OPTIONS)

.PHONY: test-dapr
test-dapr: install ## test state and secrets, local and through a real daprd (built once, needs Go)
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/python -m tests.dapr.program
	@$(BIN)/pytest tests/dapr $(OPTIONS)

LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
IMAGES := chat_api notification recurring_task audit sync

.PHONY: images
images: install ## build an image per service, with docker or buildah, and its SBOM in dist/images (BASE=… CERTIFICATES=…)
	@ci/images/build.sh

.PHONY: test-kube
test-kube: install ## test manifests and images on a real Kubernetes node (Debian, root and Go; 30 minutes once)
	@$(BIN)/python -m todo_stack.prefetch
	@$(BIN)/python -m tests.kube.cluster.definitions
	@programs=$$(ci/kubernetes/prepare.sh) && ci/images/base.sh \
	  && BASE=$${BASE:-localhost/todo-base:bookworm} ci/images/build.sh \
	  && TODO_KUBERNETES=$$programs ci/kubernetes/enter.sh $(BIN)/pytest tests/kube $(OPTIONS)

.PHONY: lock
lock: install ## write all locks: Python packages, those of each image, the files of the stack
	@$(LOCK) --universal --all-extras pyproject.toml --output-file requirements.lock
	@for service in $(IMAGES); do $(LOCK) --python-platform linux --constraint requirements.lock --extra $$service \
	  --extra tracing pyproject.toml --output-file ci/images/$$service.lock || exit; done
	@$(LOCK) --python-platform linux --constraint requirements.lock pyproject.toml --output-file ci/images/tools.lock
	@$(BIN)/python -m todo_stack.pin

.PHONY: clean
clean: ## remove the environment and caches (the data in .todo stays)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
