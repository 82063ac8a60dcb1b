"""What people read when a credential is not accepted, in the active language."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.credentials.refusals import Refused

_SENTENCES: dict[str, Promise] = {
    "credential_algorithm": gettext_lazy(
        "It is signed with another algorithm than ES256 and Ed25519."
    ),
    "credential_context": gettext_lazy(
        "Its @context is not that of a UNTP conformity credential we know."
    ),
    "credential_expired": gettext_lazy("It has expired."),
    "credential_fact_missing": gettext_lazy(
        "It assesses neither this fact nor this year: none of its criteria has the "
        "address of our vocabulary for it."
    ),
    "credential_issuer_differs": gettext_lazy("It names two different issuers."),
    "credential_issuer_unknown": gettext_lazy(
        "Its issuer is not a verifier here: ask for its DID to be registered."
    ),
    "credential_kid_foreign": gettext_lazy(
        "It is signed with a key of somebody other than its issuer."
    ),
    "credential_kind": gettext_lazy("It is not a conformity credential."),
    "credential_malformed": gettext_lazy(
        "It cannot be read: a signed credential is one line of three parts with dots "
        "between them, and holds a credential of the UNTP profile."
    ),
    "credential_method_absent": gettext_lazy(
        "The issuer’s DID document does not list the key that signed it."
    ),
    "credential_not_conformant": gettext_lazy(
        "The assessor found that the company does not conform."
    ),
    "credential_not_revocable": gettext_lazy(
        "It names no status list: only the verifier itself can withdraw it."
    ),
    "credential_not_third_party": gettext_lazy(
        "It does not come from an independent assessor: nobody verifies itself."
    ),
    "credential_not_yet_valid": gettext_lazy("It is not valid yet."),
    "credential_out_of_scope": gettext_lazy(
        "Its issuer may not verify this: fact, country or day are outside its scope, "
        "or it is of the company’s own group."
    ),
    "credential_overruled": gettext_lazy(
        "The verifier itself has said otherwise about this statement since."
    ),
    "credential_revoked": gettext_lazy("Its issuer has revoked it."),
    "credential_signature": gettext_lazy("The signature is wrong."),
    "credential_status_unknown": gettext_lazy(
        "Its revocation status is given in a way that we cannot check."
    ),
    "credential_subject_ambiguous": gettext_lazy(
        "Another company here states the same number, as well verified. Have the "
        "number checked first."
    ),
    "credential_subject_differs": gettext_lazy(
        "It was not issued to this company: its registration number is none of those "
        "that the company states."
    ),
    "credential_too_large": gettext_lazy("It is larger than we take."),
    "credential_typ": gettext_lazy("Its header does not say that it is a credential."),
    "credential_unfit_statement": gettext_lazy(
        "A credential verifies a current statement that gives a figure."
    ),
    "credential_value_differs": gettext_lazy(
        "It confirms another value than the one that is stated."
    ),
    "credential_vc_claim": gettext_lazy(
        "It wraps the credential in a “vc” claim, as an older format did."
    ),
    "did_document_malformed": gettext_lazy(
        "The issuer’s DID document cannot be used: it belongs to another DID, or a key "
        "in it is none that we know."
    ),
    "did_document_not_pinned": gettext_lazy(
        "This DID document is not the one that we know of this verifier. If its keys "
        "have changed, ask for the new document to be registered."
    ),
    "did_document_unknown": gettext_lazy(
        "We do not know this verifier’s keys yet: ask for its DID document to be "
        "registered."
    ),
    "did_document_unreachable": gettext_lazy(
        "The issuer’s domain does not serve its DID document at the moment."
    ),
    "did_host_refused": gettext_lazy(
        "This is no did:web of a public domain, such as did:web:audit.example."
    ),
    "status_list_foreign": gettext_lazy("Somebody other than the issuer signed it."),
    "status_list_malformed": gettext_lazy("It is no complete list of bits."),
    "status_list_missing": gettext_lazy(
        "It can be revoked: give its issuer’s status list as well."
    ),
    "status_list_other": gettext_lazy(
        "This is not the status list that the credential names."
    ),
    "status_list_stale": gettext_lazy(
        "The status list is more than a month old: get the latest one."
    ),
    "status_list_unreachable": gettext_lazy(
        "The issuer’s status list cannot be fetched at the moment."
    ),
}


def sentence_of(refused: Refused) -> str:
    """Return why, and for an error in the status list itself, that it is there."""
    sentence = str(_SENTENCES[refused.code])
    if refused.part == "status_list":
        return _("Status list: %(sentence)s") % {"sentence": sentence}
    return sentence
