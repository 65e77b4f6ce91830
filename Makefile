# The two commands of the README are `make demo` and `make test`. Each installs
# what it lacks on a Debian machine that has Go.

LINT_VERSION := v2.15.0
GO_BIN       := $(shell go env GOPATH)/bin
SUDO         := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
VERSION      := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD        := go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)"

export CGO_ENABLED := 1

.PHONY: demo test run build lint imports cover fuzz gcc postgres

## demo: 2,223 pretend volunteers of ten wards use the real bot; no token, no network
demo: build
	./bin/wardbot demo --once

## test: everything, race detector on, on SQLite and PostgreSQL
test: gcc postgres
	go vet ./...
	WARDBOT_TEST_POSTGRES=required go test -race -timeout 20m ./...

## run: the bot itself, with the settings of .env
run: build
	./bin/wardbot serve

build: gcc
	$(BUILD) -o bin/wardbot ./cmd/wardbot

## lint: golangci-lint, which also holds who may import whom
lint: gcc
	@test -x $(GO_BIN)/golangci-lint && $(GO_BIN)/golangci-lint version 2>/dev/null | grep -q "$(LINT_VERSION:v%=%)" \
		|| go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	$(GO_BIN)/golangci-lint run ./...

## imports: who imports whom, from the code itself
imports:
	@go list -f '{{$$p := .ImportPath}}{{range .Imports}}{{$$p}} {{.}}{{"\n"}}{{end}}' ./... \
		| awk '$$2 ~ /^wardbot\// { sub("wardbot/", "", $$1); sub("wardbot/", "", $$2); to[$$1] = to[$$1] " " $$2 } END { for (p in to) printf "%-20s →%s\n", p, to[p] }' | sort

cover: gcc postgres
	WARDBOT_TEST_POSTGRES=required go test -cover ./...

## fuzz: each fuzz target for ten seconds
fuzz: gcc
	@grep -rl --include=*_test.go 'func Fuzz' . | while read -r file; do \
		for target in $$(grep -o 'func Fuzz[A-Za-z0-9]*' $$file | cut -c6-); do \
			echo "$$file $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime 10s ./$$(dirname $$file) || exit 1; \
		done; done

gcc:
	@command -v gcc >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends gcc libc6-dev; }

postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends postgresql; }
