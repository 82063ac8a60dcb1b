"""The application, with its name in the admin, and what follows a migration."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """The room `companies`."""

    name = "companies"
    verbose_name = _("Companies")

    def ready(self) -> None:
        """
        Say where what is logged stands, for audits.

        Give members the permissions of models that a migration has added.
        """
        # `auth` is migrated after our rooms: their permissions are there by then.
        post_migrate.connect(_renew_group, sender=apps.get_app_config("auth"))
        # Its module needs the models, which are loaded by now.
        from allauth.mfa.signals import authenticator_added

        from companies.credentials import logged
        from companies.entering import BOOKS, source
        from companies.entrance import count_as_used
        from ledger import contents

        for book in BOOKS:
            contents.register(source(book))
        for one in logged.sources():
            contents.register(one)
        authenticator_added.connect(count_as_used)


def _renew_group(using: str, **_options: Any) -> None:
    """Bring the groups up to date, if anybody was ever admitted to them."""
    # A database that is migrated in part may not have the table yet.
    if "auth_group" not in connections[using].introspection.table_names():
        return
    # Models and admins are loaded by now, which they are not when this module is.
    from django.contrib.auth.models import Group

    from companies import verifier_access
    from companies.access import GROUP_NAME, company_group

    if Group.objects.using(using).filter(name=GROUP_NAME).exists():
        company_group()
    if Group.objects.using(using).filter(name=verifier_access.GROUP_NAME).exists():
        verifier_access.verifier_group()
