"""
The shortest way to a sheet: in front of Django, in the same process.

`GET` and `HEAD` of one address are answered here, with the bytes and headers that the
view would give (a test compares them). Whatever is not plain is handed on to Django:
an unknown product, a wrong number, a query, a cookie, another form, a host or scheme
that it must judge.
"""

from products.fast_path.asgi import SheetFirst
from products.fast_path.reading import Sheets, of_this_process
from products.fast_path.wsgi import SheetFirstWsgi

__all__ = ["SheetFirst", "SheetFirstWsgi", "Sheets", "of_this_process"]
