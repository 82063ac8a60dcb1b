"""Real servers and the browser, for `manage.py test` and for `bench/`."""
