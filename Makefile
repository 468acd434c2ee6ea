# `make` alone tells what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build web deps deps-bench test test-go test-web check fmt vet lint generate fresh bench soak fuzz audit shots clean

VERSION ?= $(shell git describe --tags --always 2>/dev/null || echo devel)
STEP    := internal/make/step.sh
PAGES   := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null) package.json package-lock.json
GOLANGCI_VERSION := v2.15.0
FUZZTIME ?= 60s

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: ## build everything and start the demo
	@internal/make/needs.sh
	@$(STEP) 1/3 "fetching what the pages are built with" -- $(MAKE) --silent node_modules/.done
	@$(STEP) 2/3 "building the pages" -- $(MAKE) --silent web/dist/.built
	@$(STEP) 3/3 "compiling Go (a few minutes the first time)" -- $(MAKE) --silent bin/sufler
	@exec bin/sufler demo $(ARGS)

build: web/dist/.built bin/sufler ## bin/sufler, the one file to deploy

web: web/dist/.built ## the pages alone

node_modules/.done: package.json package-lock.json
	@npm ci --no-audit --no-fund --no-update-notifier --loglevel=error --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 >/dev/null || \
	  { echo "sufler: what package-lock.json names could not be fetched; is there a way to the registry? npm config get registry" >&2; exit 1; }
	@touch $@

web/dist/.built: node_modules/.done $(PAGES)
	@npm run --silent build
	@touch $@

.PHONY: bin/sufler
bin/sufler:
	@CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./cmd/sufler

deps: ## install the Debian packages that the tests need
	@internal/make/deps.sh

deps-bench: deps ## and those that the benchmarks compare with
	@internal/make/deps.sh bench

test: deps build ## every test, in a network of its own; ends with "N passed, N failed"
	@internal/make/test.sh

check: deps fmt vet lint fresh build ## what CI runs: format, vet, lint, generated files, all tests
	@internal/make/test.sh

fmt: .tools/golangci-lint
	@test -z "$$(.tools/golangci-lint fmt --diff ./... | tee /dev/stderr)" || { echo "run: .tools/golangci-lint fmt"; exit 1; }

vet:
	@go vet ./...

lint: .tools/golangci-lint node_modules/.done ## golangci-lint and biome
	@.tools/golangci-lint run ./...
	@npm run --silent check

.tools/golangci-lint:
	@echo "building golangci-lint $(GOLANGCI_VERSION), once"
	@GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

generate: ## make the generated files anew
	@go generate ./...

fresh: ## fail when a generated file or go.mod is stale
	@go mod tidy -diff
	@internal/make/fresh.sh

bench: build ## figures as a table and bench/results.json
	@go run ./internal/bench $(ARGS)

soak: build ## long tests
	@SUFLER_SOAK=1 internal/make/test.sh

fuzz: ## each fuzz target for FUZZTIME (60s)
	@internal/make/fuzz.sh $(FUZZTIME)

audit: ## known holes in what we depend on; says which service could not be reached
	@internal/make/audit.sh

shots: build ## the pictures in docs/shots, from a running demo
	@npm run --silent shots

clean: ## remove what was built
	@rm -rf bin web/dist/* node_modules/.done bench
