# On the Record. `make` alone, or `make help`, says what there is.
PYTHON  ?= python3
SOURCES ?= ../shared/seeds
PORT    ?= 8000
BIN     := .venv/bin
# The set-up is made anew when folder, Python or requirements are not those it was made with; times say nothing.
MADE_WITH = { pwd -P; cat requirements.txt pyproject.toml; .venv/bin/python -VV; } 2>&1 | cksum | tr ' ' -
READY   := .venv/ready-$(shell $(MADE_WITH))
# Three tests at a time on two cores, since a browser often waits; the fast ones first, what opens the book together.
THREE   := -n 3 --dist loadgroup --no-loadscope-reorder
HOME_PAGE := _build/html/index.html
# Where the book will be published: make book SITE=https://... REPOSITORY=https://...
ifeq ($(origin SITE),command line)
export ONRECORD_SITE := $(SITE)
endif
ifeq ($(origin REPOSITORY),command line)
export ONRECORD_REPOSITORY := $(REPOSITORY)
endif

# What a reader's machine has set for other projects changes nothing here.
export PYTHONUTF8 := 1
export PIP_USER := 0
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_CONSTRAINT PIP_TARGET PIP_PREFIX

.DEFAULT_GOAL := help
.PHONY: help book test check fast tools serve live lab reproduce bench verify-sources facts data api requirements clean distclean

help:            ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY):
	@$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else 'expected Python 3.11, 3.12 or 3.13, the newest that the Sphinx of Jupyter Book names; found %d.%d: make PYTHON=python3.12 ...' % v[:2])"
	@if [ ! -e .venv ]; then echo "Setting up .venv: this takes a minute or two, once."; \
	elif .venv/bin/python -c "" 2>/dev/null; then echo "Setting up .venv anew: folder, Python or requirements changed."; \
	else echo "Setting up .venv anew: its Python is gone."; fi
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@# The way to the package, from where it is looked for: a copy of the folder never reads the original.
	@for way in .venv/lib/python3*/site-packages/onrecord.pth; do echo ../../../.. > "$$way"; done
	@touch ".venv/ready-$$($(MADE_WITH))"

book: $(READY)   ## Set up if need be, make site, e-book, PDFs and a zip of all; say where to open it
	$(BIN)/onrecord check --draft
	$(BIN)/jupyter-book build .
	$(BIN)/jupyter-book build . --builder custom --custom-builder prints
	$(BIN)/onrecord course
	$(BIN)/onrecord pack
	@$(BIN)/python -c "import pathlib; print('Open', pathlib.Path('$(HOME_PAGE)').resolve().as_uri())"

check: $(READY)  ## Tables, quotations, numbers, prose and code, in seconds
	$(BIN)/onrecord check
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports --no-cache

fast: check      ## The quick tests, in a minute and a quarter
	$(BIN)/python -m pytest $(THREE) -q -x -m "not slow"

test: $(READY)   ## Set up if need be, run every test
	$(BIN)/python -m pytest $(THREE)

tools: $(READY)  ## Fetch what the tests of site and e-book need beside Python: browser, Node.js, checkers, nbgrader
	$(BIN)/python tests/browser.py

serve: book      ## Build, then show the site on this machine (PORT=8000)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(dir $(HOME_PAGE)) $(PORT)

live: $(READY)   ## Build and show the site, each page anew as soon as its text or a table is saved (PORT=8000)
	$(BIN)/jupyter-book build .
	$(BIN)/onrecord live --port $(PORT)

lab: $(READY)    ## Open the chapters as notebooks in JupyterLab
	bash .binder/start $(BIN)/jupyter lab --LabApp.default_url=/lab/tree/chapters

reproduce: $(READY) ## Build everything twice, once as on another machine, and compare the bytes
	$(BIN)/python -m pytest -q tests/test_reproducible.py

bench: $(READY)  ## Benchmarks, each as a ratio
	$(BIN)/python benchmarks/ratios.py
	$(BIN)/python benchmarks/plain_book.py
	$(BIN)/python benchmarks/growth.py

verify-sources: $(READY)  ## Check quotations against the texts (SOURCES=folder)
	$(BIN)/onrecord verify-sources $(SOURCES)

facts: $(READY)  ## Accept the published numbers as they are now
	$(BIN)/onrecord facts --write

data: $(READY)   ## All tables, with what explains them, as one zip in _build
	$(BIN)/onrecord data

api: $(READY)    ## Pages of the package, made from its docstrings, in _build/api
	$(BIN)/python -W ignore -m pdoc --docformat restructuredtext --output-directory _build/api onrecord '!onrecord.__main__'

requirements:    ## Resolve requirements.in anew, with hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-strip-extras --quiet --output-file requirements.txt
	@# pip takes the pin of a package with an extra for the package with it alone: it is told of the package by itself too.
	alone=$$(sed -n '/^[^ #]*\[/,/[^\\]$$/p' requirements.txt | sed 's/\[[^]]*\]//'); echo "$$alone" >> requirements.txt

clean:           ## Remove what a build makes
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache

distclean: clean ## Remove the virtual environment too
	rm -rf .venv
