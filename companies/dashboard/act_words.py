"""What was done, in words: the kinds of the log of acts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from companies import catalogue, wording
from companies.models import Act

# Marked here, translated when shown.
WORDS = {
    "statement.verified": gettext_noop("verified a fact"),
    "statement.refused": gettext_noop("refused to verify a fact"),
    "statement.withdrawn": gettext_noop("withdrew a verification"),
    "statement.recorded": gettext_noop("stated a fact"),
    "statement.corrected": gettext_noop("corrected a fact"),
    "evidence.filed": gettext_noop("filed a document"),
    "evidence.published": gettext_noop("made a document public"),
    "evidence.hidden": gettext_noop("made a document private"),
    "rate.recorded": gettext_noop("recorded a satisfaction rate"),
    "dispute.opened": gettext_noop("contested a fact"),
    "dispute.maintained": gettext_noop("maintained a contested statement"),
    "dispute.corrected": gettext_noop("corrected a contested statement"),
    "dispute.withdrawn": gettext_noop("withdrew a dispute"),
    "dispute.upheld": gettext_noop("found a dispute right"),
    "dispute.rejected": gettext_noop("found a dispute wrong"),
    "credential.received": gettext_noop("filed a signed credential"),
    "credential.revoked": gettext_noop("noted that a credential is revoked"),
    "own_credential.issued": gettext_noop("issued a credential"),
    "own_credential.revoked": gettext_noop("revoked a credential that was issued"),
    "domain.claimed": gettext_noop("claimed a domain"),
    "domain.proven": gettext_noop("proved a domain"),
    "did_document.recorded": gettext_noop("recorded an issuer’s keys"),
    "import.uploaded": gettext_noop("uploaded a file to import"),
    "import.confirmed": gettext_noop("confirmed an import"),
    "import.cancelled": gettext_noop("cancelled an import"),
    "import.recorded": gettext_noop("recorded the lines of an import"),
    "import.done": gettext_noop("finished an import"),
    "import.refused": gettext_noop("refused a file to import"),
    "capture.asked": gettext_noop("sent a document of events"),
    "capture.confirmed": gettext_noop("let a document of events be recorded"),
    "capture.done": gettext_noop("recorded a document of events"),
    "capture.cancelled": gettext_noop("cancelled a document of events"),
    "product_import.uploaded": gettext_noop("uploaded a file of products"),
    "product_import.confirmed": gettext_noop("confirmed an import of products"),
    "product_import.cancelled": gettext_noop("cancelled an import of products"),
    "product_import.done": gettext_noop("finished an import of products"),
    "api_key.issued": gettext_noop("issued an API key"),
    "api_key.rotated": gettext_noop("replaced an API key"),
    "api_key.revoked": gettext_noop("revoked an API key"),
    "terminal.registered": gettext_noop("registered a terminal"),
    "terminal.renamed": gettext_noop("renamed a terminal"),
    "terminal.secret_replaced": gettext_noop("replaced the secret of a terminal"),
    "terminal.overlap_ended": gettext_noop("ended the time of replaced secrets"),
    "terminal.public_key_added": gettext_noop("gave a terminal a public key"),
    "terminal.public_key_removed": gettext_noop("took a terminal’s public key away"),
    "terminal.enabled": gettext_noop("enabled a terminal"),
    "terminal.disabled": gettext_noop("disabled a terminal"),
    "invitation.sent": gettext_noop("invited somebody"),
    "invitation.accepted": gettext_noop("accepted an invitation"),
    "invitation.revoked": gettext_noop("took an invitation back"),
    "member.role": gettext_noop("changed a member’s role"),
    "member.removed": gettext_noop("removed a member"),
    "register.asked": gettext_noop("asked a register"),
    "account.opened": gettext_noop("opened an account on a Sésame"),
    "account.presented": gettext_noop("presented the company on a Sésame"),
    "account.closed": gettext_noop("closed an account on a Sésame"),
    "company.created": gettext_noop("created the company"),
    "company.changed": gettext_noop("changed the company’s name or group"),
    "field.recorded": gettext_noop("stated a field of a product"),
    "field.corrected": gettext_noop("corrected a field of a product"),
    "notice.issued": gettext_noop("issued a recall or a safety notice"),
    "notice.corrected": gettext_noop("corrected a recall or a safety notice"),
    "notice.withdrawn": gettext_noop("withdrew a recall or a safety notice"),
    "picture.added": gettext_noop("added a picture of a product"),
    "picture.described": gettext_noop("described a picture of a product"),
    "picture.removed": gettext_noop("removed a picture of a product"),
    "product.replaced": gettext_noop("replaced a product by another one"),
    "product.replacement_undone": gettext_noop("took a replacement back"),
    "variant.changed": gettext_noop("changed a variant of a family"),
    "product.offered": gettext_noop("said whether a product is sold"),
    "sheet.published": gettext_noop("published sheets"),
    "sheet.erased": gettext_noop("erased what an old revision of a sheet said"),
    "statement.erased": gettext_noop("erased what was stated before"),
    "index.started": gettext_noop("had the index computed anew"),
}


# Who contests a fact is not the company's to know; it was not the service either.
BY_SOMEBODY = frozenset({"dispute.opened", "dispute.withdrawn"})


def who_did(act: Act) -> str:
    """Return who did it; what the service does by itself has nobody."""
    if act.actor is not None:
        return str(act.actor.get_username())
    return _("somebody") if act.kind in BY_SOMEBODY else _("the service")


def about(subject: str) -> str:
    """Return what an act was about; the key of a fact reads as its label."""
    first, dot, rest = subject.partition(" · ")
    fact = catalogue.facts().get(first)
    return f"{fact.label(wording.language())}{dot}{rest}" if fact else subject


def act_words(kind: str) -> str:
    """Return what an act of a kind is; a kind without words reads as it is."""
    words = WORDS.get(kind)
    return _(words) if words else kind.replace(".", " · ").replace("_", " ")
