# On the Record. `make` alone, or `make help`, says what there is.
PYTHON  ?= python3
SOURCES ?= ../shared/seeds
PORT    ?= 8000
BIN     := .venv/bin
READY   := .venv/ready
SITE    := _build/html/index.html

.DEFAULT_GOAL := help
.PHONY: help book test serve lab bench verify-sources facts data requirements clean distclean

help:            ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else 'expected Python 3.11, 3.12 or 3.13, found %d.%d: make PYTHON=python3.12 ...' % v[:2])"
	@echo "Setting up .venv: this takes a minute or two, once."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	$(BIN)/pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation --editable .
	@touch $@

book: $(READY)   ## Set up if need be, make site, e-book, PDFs and a zip of all; say where to open it
	$(BIN)/onrecord check
	$(BIN)/jupyter-book build .
	$(BIN)/jupyter-book build . --builder custom --custom-builder ebook
	$(BIN)/jupyter-book build . --builder custom --custom-builder typst
	$(BIN)/onrecord pack
	@echo "Open file://$(CURDIR)/$(SITE)"

test: $(READY)   ## Set up if need be, run every test
	$(BIN)/python -m pytest

serve: book      ## Build, then show the site on this machine (PORT=8000)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(dir $(SITE)) $(PORT)

lab: $(READY)    ## Open the chapters as notebooks in JupyterLab
	$(BIN)/jupyter lab --ServerApp.contents_manager_class=onrecord.lab.ChapterContents --LabApp.default_url=/lab/tree/chapters

bench: $(READY)  ## Benchmarks, each as a ratio
	$(BIN)/python benchmarks/ratios.py

verify-sources: $(READY)  ## Check quotations against the texts (SOURCES=folder)
	$(BIN)/onrecord verify-sources $(SOURCES)

facts: $(READY)  ## Accept the published numbers as they are now
	$(BIN)/onrecord facts --write

data: $(READY)   ## All tables, with what explains them, as one zip in _build
	$(BIN)/onrecord data

requirements:    ## Resolve requirements.in anew, with hashes
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --output-file requirements.txt

clean:           ## Remove what a build makes
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache


distclean: clean ## Remove the virtual environment too
	rm -rf .venv
