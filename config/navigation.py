"""
What the theme asks of the project: the way through the back office, name, colours.

The groups are those of a company's day. An entry shows to whoever may see the rows
behind it; what is registered and named in no group comes last, so nothing gets lost.
"""

from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy


class Group(NamedTuple):
    """A heading of the side bar, and models under it with their icons."""

    title: Any
    entries: tuple[tuple[str, str], ...]


GROUPS = (
    Group(
        gettext_lazy("My company"),
        (
            ("companies.company", "domain"),
            ("companies.statement", "fact_check"),
            ("companies.evidence", "attach_file"),
            ("companies.checkresult", "rule"),
            ("companies.registerrecord", "menu_book"),
            ("companies.verification", "verified"),
            ("companies.credential", "workspace_premium"),
            ("companies.issuedcredential", "verified_user"),
            ("companies.domainproof", "language"),
            ("companies.dispute", "gavel"),
            ("companies.importrun", "upload_file"),
            ("companies.satisfactionrate", "sentiment_satisfied"),
        ),
    ),
    Group(gettext_lazy("To verify"), (("companies.statementtoverify", "task_alt"),)),
    Group(
        gettext_lazy("Products"),
        (
            ("products.product", "inventory_2"),
            ("products.statement", "list_alt"),
            ("products.notice", "campaign"),
            ("products.family", "category"),
            ("products.replacement", "published_with_changes"),
            ("products.sheet", "description"),
            ("products.productimport", "drive_folder_upload"),
            ("products.capture", "move_to_inbox"),
            ("products.event", "route"),
            ("products.place", "place"),
        ),
    ),
    Group(
        gettext_lazy("Labels and links"),
        (
            ("scanning.labelrun", "qr_code_2"),
            ("scanning.anchor", "link"),
            ("scanning.link", "history"),
        ),
    ),
    Group(
        gettext_lazy("Scans and shops"),
        (
            ("scanning.dailyscans", "bar_chart"),
            ("scanning.unknowncode", "help"),
            ("scanning.chain", "storefront"),
            ("scanning.instorenumber", "pin"),
        ),
    ),
    Group(
        gettext_lazy("At the till"),
        (
            ("checkout.terminal", "point_of_sale"),
            ("checkout.paymentprompt", "contactless"),
        ),
    ),
    Group(
        gettext_lazy("Webhooks"),
        (
            ("checkout.endpoint", "webhook"),
            ("checkout.outcome", "outbox"),
            ("checkout.webhookattempt", "receipt_long"),
        ),
    ),
    Group(gettext_lazy("Shoppers"), (("shoppers.frontoffice", "handshake"),)),
    Group(
        gettext_lazy("People"),
        (
            ("companies.membership", "group"),
            ("companies.invitation", "mail"),
            ("companies.apikey", "vpn_key"),
            ("companies.act", "manage_history"),
        ),
    ),
    Group(
        gettext_lazy("Public log"),
        (
            ("ledger.entry", "format_list_numbered"),
            ("ledger.checkpoint", "draw"),
            ("ledger.witness", "visibility"),
            ("ledger.witnessedlog", "supervisor_account"),
            ("ledger.erasure", "backspace"),
        ),
    ),
    Group(
        gettext_lazy("Operators"),
        (
            ("companies.verifier", "badge"),
            ("companies.diddocument", "key"),
            ("companies.issuingkey", "signature"),
            ("companies.indexrun", "calculate"),
            ("companies.mail", "outgoing_mail"),
            ("scanning.outsideproduct", "public"),
            ("scanning.handedoverprefix", "alt_route"),
            ("checkout.delivery", "mark_chat_unread"),
            ("auth.user", "person"),
            ("auth.group", "shield_person"),
            ("mfa.authenticator", "phonelink_lock"),
        ),
    ),
)
OTHER = gettext_lazy("Other")
OTHER_ICON = "table_rows"


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of the side bar with what this person may see of them."""
    registered = {
        model._meta.label_lower: model_admin
        for model, model_admin in admin.site._registry.items()
    }
    named = {label for group in GROUPS for label, _icon in group.entries}
    rest = tuple((one, OTHER_ICON) for one in sorted(registered) if one not in named)
    home = {
        "title": gettext_lazy("Home"),
        "icon": "home",
        "link": reverse("admin:index"),
    }
    groups: list[dict[str, Any]] = [{"title": None, "items": [home]}]
    for title, entries in (*GROUPS, Group(OTHER, rest)):
        items = [
            _item(registered[label], icon)
            for label, icon in entries
            if label in registered
            and registered[label].has_view_permission(request)
            and registered[label].has_module_permission(request)
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups


def _item(model_admin: Any, icon: str) -> dict[str, Any]:
    opts = model_admin.opts
    title = str(opts.verbose_name_plural)
    return {
        "title": title[:1].upper() + title[1:],
        "icon": icon,
        "link": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }


def account(_request: HttpRequest) -> list[dict[str, Any]]:
    """Return what the person may do about their own account, as far as it is there."""
    wanted = (
        ("admin:password_change", gettext_lazy("Change password")),
        ("mfa_index", gettext_lazy("Second factor")),
    )
    links = []
    for name, title in wanted:
        try:
            links.append({"title": title, "link": reverse(name)})
        except NoReverseMatch:
            continue
    return links


def language_address(_request: HttpRequest) -> str:
    """Return where a choice of the language is sent."""
    return reverse("admin:set_language")


def mark(_request: HttpRequest) -> str:
    """Return the address of our mark, the one of the pages."""
    return static("web/mark.svg")


def stylesheet(_request: HttpRequest) -> str:
    """Return the address of what we add to the theme's style."""
    return static("companies/back-office.css")
