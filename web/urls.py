"""Addresses of the pages, at the root of the site."""

from django.urls import path, re_path

from web import views

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("scan", views.scan, name="scan"),
    # The rest of a Digital Link is parsed by `scanning`, which knows its grammar.
    re_path(r"^01/(?P<rest>.+)$", views.sheet, name="sheet"),
]
