# Thin: the work is in scripts/. Each target sets up what it needs and does nothing twice.
.DEFAULT_GOAL := build
.PHONY: setup models build demo test bench format tidy clean help

help:
	@echo 'make build    builds build/release/palier'
	@echo 'make demo     builds, fetches two small models, climbs an example, writes its report'
	@echo 'make test     builds and runs the tests'
	@echo 'make bench    builds and runs the benchmarks'
	@echo 'make format   formats the sources;  make tidy  checks them with clang-tidy'
	@echo 'make clean    removes build/ (llama.cpp and the models stay in ~/.cache/palier)'

setup:
	@scripts/setup

models: setup
	@scripts/models

build: setup
	@scripts/build release palier

demo: build models
	@scripts/demo

test: setup models
	@scripts/test release

bench: build models
	@scripts/bench

format:
	@scripts/setup ci
	@scripts/format

tidy:
	@scripts/setup tidy
	@scripts/tidy

clean:
	rm -rf build
