# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CITY ?= wuhai
TICKETS ?= 300000
REFRESHES ?= 20000
CHANGES ?= 2000
RENEWALS ?= 20
WALLS ?= 200
OUT ?= shots
export CITY

.PHONY: help setup run test accidents check bench soak walls photos lock clean

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

setup: $(VENV)/.installed  ## virtual environment with everything pinned

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: setup  ## serve the city with its workers on 127.0.0.1:8050; build the demo city first if there is none (LIVE=0: no new data)
	@test -f data/warehouse/$(CITY)/CURRENT || $(BIN)/python -m etl demo --tickets $(TICKETS)
	@$(BIN)/python -m dashboard run

# Three processes on two cores: browsers, waits and killed loads leave them idle. Files in their own order: accidents and browsers,
# the longest, come first, and many short ones fill up the end.
test: $(VENV)/.tested  ## every test this machine can run
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

accidents: $(VENV)/.tested  ## kill, fill up and damage: fifty kills instead of twelve
	ACCIDENTS=50 EXAMPLES=100 $(BIN)/python -m pytest tests/accidents tests/etl/test_increments.py tests/etl/test_snapshot.py

check: $(VENV)/.tested  ## style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.tested  ## speed beside bare DuckDB, in the same run
	$(BIN)/python -m bench --tickets $(TICKETS)

# REFRESHES, CHANGES and RENEWALS say how long it takes: 20,000 refreshes are about two hours.
soak: $(VENV)/.tested  ## the wall through many refreshes, scenes, loads and renewals; ends with 1 unless memory was flat
	$(BIN)/python -m bench.soak --refreshes $(REFRESHES) --changes $(CHANGES) --renewals $(RENEWALS)

walls: $(VENV)/.tested  ## 200 simulated walls on one server
	$(BIN)/python -m bench.walls --walls $(WALLS)

photos: $(VENV)/.tested  ## every scene of the wall at every size and splice, into the folder OUT
	$(BIN)/python -m bench.photos $(OUT)

lock:  ## pin the requirements anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

clean:  ## forget the environment and the built data
	rm -rf $(VENV) data/warehouse
