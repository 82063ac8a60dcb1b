"""`manage.py run`: web server, worker, beat and sweeper in one process."""
