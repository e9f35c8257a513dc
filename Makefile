# Trading Lab. `make help` lists the targets; README.md has the two that matter. Meson and ninja do the building,
# tools/ holds every step that is more than a line.
HOST ?= 127.0.0.1
PORT ?= 8000
FUZZ_SECONDS ?= 60
# A folder with another libduckdb.so and duckdb.h than the set-up fetches.
DUCKDB ?= .deps/duckdb
export DUCKDB

.DEFAULT_GOAL := build
.NOTPARALLEL:
.PHONY: help build run test check asan tsan cov fuzz bench fmt docs advisories release clean setup-test setup-check setup-fuzz

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 12

build: ## the release binary, build/tlab, with the web application in it
	@tools/setup run
	@tools/web-build
	@tools/configure build --buildtype=release
	@ninja -C build --quiet tlab libduckdb.so

run: build ## build, make a demo market if there is no file.db, and serve (HOST=127.0.0.1 PORT=8000)
	@[ -e file.db ] || build/tlab demo
	@exec build/tlab serve --host $(HOST) --port $(PORT)

test: setup-test build ## every test: unit, API on SQLite and PostgreSQL, web, browser (ONLY="unit api" for some)
	@tools/configure --tests build
	@ninja -C build --quiet
	@tools/test $(ONLY)

check: setup-check build ## format, warnings, clang-tidy, layers and the other gates (ONLY="layers sizes" for some)
	@tools/check/run $(ONLY)

asan: setup-test ## unit and API tests under the address and undefined-behaviour sanitizers
	@tools/sanitize address,undefined

tsan: setup-test ## unit and API tests under the thread sanitizer
	@tools/sanitize thread

cov: setup-test ## which lines the unit and API tests run, by file
	@tools/coverage

fuzz: setup-fuzz ## each fuzz target for FUZZ_SECONDS=60
	@tools/fuzz $(FUZZ_SECONDS)

bench: build ## the figures of docs/performance.md
	@tools/bench

fmt: setup-check ## format C and web sources in place
	@tools/fmt

docs: build ## write docs/guide/commands.md from the binary's own help
	@tools/docs

advisories: ## is any part that others wrote known to be weak? asks npm and apt
	@tools/parts --advisories

release: build ## dist/tradinglab-VERSION-linux-ARCH.tar.gz, which needs neither node nor a compiler
	@tools/release

clean: ## remove what builds left; the set-up's downloads (.deps) and node_modules stay
	rm -rf build build-* dist web/dist tests/.js

setup-test setup-check setup-fuzz:
	@tools/setup $(@:setup-%=%)
