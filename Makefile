# Short names for people; nothing needs make (see README.md).
MANAGE := python3 manage.py
# `gate` brings the tools: after it, these are there.
PYTHON := .venv/bin/python
UV := $(PYTHON) -m uv
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --quiet

.PHONY: check coverage fuzz format openapi lock messages bench

check:
	$(MANAGE) gate
	$(MANAGE) test

# Every test again, measured: it takes half as long again.
coverage:
	FLASHSESAME_COVERAGE=1 $(MANAGE) test

# What hypothesis makes up, more of it than a CI has time for.
fuzz:
	FLASHSESAME_EXAMPLES=2000 $(MANAGE) test tests/companies/crosschecks/test_anything.py

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

# Under English, or texts of the frameworks leak in translated.
openapi:
	$(MANAGE) spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml

# Versions stay as they are unless asked: make lock UPGRADE=--upgrade
lock:
	$(COMPILE) $(UPGRADE) requirements.in -o requirements.txt
	$(COMPILE) $(UPGRADE) requirements-test.in -o requirements-test.txt
	$(COMPILE) $(UPGRADE) requirements-dev.in -o requirements-dev.txt

messages:
	$(MANAGE) makemessages --locale fr --no-location --no-wrap \
		--ignore '.venv/*' --ignore 'var/*'
	$(MANAGE) compilemessages --ignore '.venv/*'

bench:
	$(PYTHON) -m bench
