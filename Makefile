# Two commands: `make demo` to look at it, `make test` to check it.
# Both set up what they need in this folder, and say what they do.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: demo demo-fresh test check web build clean-practice

PRACTICE ?= var/practice
SEED ?= 2007
ARGS ?=

demo: build ## Make (once) and serve the practice province
	@target/debug/gongping demo --dir "$(PRACTICE)" --seed "$(SEED)" $(ARGS)

demo-fresh: clean-practice demo ## The same, from the beginning

clean-practice:
	@rm -rf "$(PRACTICE)"

build: web ## Build the binary
	@echo "== building the binary (the first time takes some minutes)"
	@cargo build --locked -p gongping

web: web/dist/.built ## Build scripts and style sheets

web/dist/.built: web/node_modules/.package-lock.json $(shell find web/island web/styles web/static web/scripts web/package.json -type f -not -name '*.html' 2>/dev/null)
	@echo "== building scripts and style sheets"
	@cd web && npm run --silent build
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@scripts/check-machine
	@echo "== fetching npm packages"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test: ## Check everything
	@scripts/test
