"""Django's admin as an application, with our site in it."""

from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """The admin, whose site is the back office."""

    default_site = "config.admin_site.BackOffice"
