# make demo   everything from nothing to a running Linli with a demonstration township; again: a few seconds
# make test   everything that can be tested; make check   the quick part, under a minute
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo demo-stop clean clean-data test check bench messages lock

help:
	@echo "make demo        install, build, load the demonstration township, start, print the address and accounts"
	@echo "make demo-stop   stop what make demo started (records stay)"
	@echo "make test        unit, house, both databases, browser"
	@echo "make check       style, types, contracts, messages, migrations, case types: under a minute"
	@echo "make bench       measure and print the figures as a table"
	@echo "make clean       remove what was built or installed (.venv, node_modules, built pages); records stay"
	@echo "make clean-data  remove LINLI_HOME as well, with all its records; asks first"
	@echo "make messages    collect the messages of code and templates into the catalogues"
	@echo "make lock        pin the newest allowed versions of everything (needs the registries)"

demo:
	@$(PYTHON) tools/prepare.py
	@$(BIN)/linli demo

demo-stop:
	@if [ -x $(BIN)/linli ]; then $(BIN)/linli stop; else echo "Nothing runs from here."; fi

test:
	@$(PYTHON) tools/prepare.py --dev
	@$(BIN)/python tools/test.py

check:
	@$(PYTHON) tools/prepare.py --dev
	@$(BIN)/python tools/check.py

bench:
	@$(PYTHON) tools/prepare.py --dev
	@$(BIN)/python -m benches

messages:
	@$(BIN)/python tools/messages.py update

clean: demo-stop
	rm -rf .venv frontend/node_modules src/linli/site/static/built .ruff_cache .mypy_cache .hypothesis .pytest_cache
	find src -name '*.mo' -delete
	find src tools benches -name __pycache__ -prune -exec rm -rf {} +

clean-data: demo-stop
	@$(PYTHON) tools/clean_data.py

lock:
	@for name in build node; do $(BIN)/pip-compile -q --upgrade --allow-unsafe --generate-hashes --strip-extras \
		--no-emit-index-url --no-emit-options -o requirements/$$name.lock requirements/$$name.in; done
	@$(BIN)/pip-compile -q --upgrade --generate-hashes --strip-extras --no-emit-index-url --no-emit-options \
		-o requirements/base.lock pyproject.toml
	@$(BIN)/pip-compile -q --upgrade --allow-unsafe --extra dev --generate-hashes --strip-extras --no-emit-index-url \
		--no-emit-options -o requirements/dev.lock pyproject.toml
