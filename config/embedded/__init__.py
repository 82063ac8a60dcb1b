"""`manage.py run`: web server, Celery worker and Celery beat in one process."""
