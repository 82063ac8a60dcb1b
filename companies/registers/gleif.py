"""
GLEIF, the register of LEIs: which addresses to ask, and what its answers say. Pure.

Source: https://documenter.getpostman.com/view/7679680/SVYrrxuU (JSON:API, open, no key,
CC0). The record says whether an ultimate parent is reported or why not, and we build
the second address ourselves: links of an answer are not followed.
"""

from typing import Any

from stdnum import lei as lei_number

from companies.levels import Status
from companies.registers import reading
from companies.registers.asked import (
    Answers,
    Extract,
    Question,
    Register,
    Said,
    Unusable,
)
from companies.registers.reading import given

RECORDS = "/api/v1/lei-records"
# The only exceptions that say that there is no parent, rather than who may not be told.
NO_PARENT = {"NATURAL_PERSONS", "NO_KNOWN_PERSON"}
# What a record must not be if it is to state something.
WITHDRAWN = {"ANNULLED", "DUPLICATE", "CANCELLED", "TRANSFERRED"}
# Where the form has no code of ISO 20275: it is told in words.
NO_FORM = {"8888", "9999"}


def next_path(question: Question, answers: Answers) -> str | None:
    """Ask for the record, then for the ultimate parent, or why there is none."""
    path = f"{RECORDS}/{question.key}"
    if not answers:
        return path
    if len(answers) > 1 or answers[0] is None:
        return None
    links = reading.part(_data(answers[0]), "relationships", "ultimate-parent", "links")
    if "reporting-exception" in links:
        return f"{path}/ultimate-parent-reporting-exception"
    return f"{path}/ultimate-parent" if links else None


def read(question: Question, answers: Answers) -> Extract | None:
    """Return what is kept of the record; none when GLEIF does not know the LEI."""
    if answers[0] is None:
        return None
    data = _data(answers[0])
    if data.get("id") != question.key:
        raise Unusable("another_company")
    entity = reading.part(data, "attributes", "entity")
    registration = reading.part(data, "attributes", "registration")
    form = reading.part(entity, "legalForm")
    form_code = reading.code(form.get("id"))
    return {
        **given(
            lei=question.key,
            legal_name=reading.text(reading.part(entity, "legalName").get("name")),
            registered_as=reading.text(entity.get("registeredAs"), 40),
            jurisdiction=reading.code(entity.get("jurisdiction")),
            legal_form_elf="" if form_code in NO_FORM else form_code,
            legal_form=reading.text(form.get("other")),
            status=reading.code(registration.get("status")),
            entity_status=reading.code(entity.get("status")),
            corroboration=reading.code(registration.get("corroborationLevel")),
            legal_address=_address(reading.part(entity, "legalAddress")),
            created_on=reading.day(entity.get("creationDate")),
        ),
        **_parent(question, answers),
    }


def page(key: str) -> str:
    """Return the address of the record's page, for people."""
    return f"https://search.gleif.org/#/record/{key}"


def says(extract: Extract) -> list[Said]:
    """
    Return what GLEIF states.

    Of French companies it quotes SIRENE for form, founding and seat: saying that again
    would look like a second source.
    """
    if extract.get("status") in WITHDRAWN:
        return []
    said = [
        Said("legal_name", extract.get("legal_name")),
        Said("lei", extract.get("lei")),
    ]
    if not extract.get("jurisdiction", "").startswith("FR"):
        said += _abroad(extract)
    parent = extract.get("ultimate_parent")
    exception = extract.get("parent_exception", "")
    if parent:
        details = {key: parent[key] for key in ("lei", "country") if key in parent}
        said.append(Said("ultimate_parent", parent.get("legal_name"), details))
    known = [one for one in said if one.value]
    if exception in NO_PARENT:
        known.append(
            Said(
                "ultimate_parent", status=Status.NONE.value, note=f"GLEIF: {exception}"
            )
        )
    return known


def _abroad(extract: Extract) -> list[Said]:
    seat = extract.get("legal_address", {})
    details = {
        key: seat[key]
        for key in ("street", "postcode", "city", "country")
        if key in seat
    }
    place = " ".join(seat[key] for key in ("postcode", "city") if key in seat)
    lines = [seat.get("street"), place, seat.get("country")]
    form = extract.get("legal_form_elf")
    return [
        Said(
            "legal_form",
            extract.get("legal_form"),
            {"elf_code": form} if form else {},
        ),
        Said("founded_on", extract.get("created_on")),
        Said("registered_address", ", ".join(line for line in lines if line), details),
    ]


def _parent(question: Question, answers: Answers) -> dict[str, Any]:
    """Return the ultimate parent, none if there is none; nothing if nobody asked."""
    if len(answers) < 2:
        return {}
    if answers[1] is None:
        return {"ultimate_parent": None}
    data = _data(answers[1])
    attributes = reading.part(data, "attributes")
    if data.get("type") == "reporting-exceptions":
        reason = reading.code(attributes.get("reason"))
        return {"ultimate_parent": None, **given(parent_exception=reason)}
    key = reading.code(data.get("id"))
    if not lei_number.is_valid(key):
        raise Unusable("no_parent")
    if key == question.key:
        return {"ultimate_parent": None}
    entity = reading.part(attributes, "entity")
    country = reading.code(reading.part(entity, "legalAddress").get("country"))
    parent = given(
        lei=key,
        legal_name=reading.text(reading.part(entity, "legalName").get("name")),
        country=country if len(country) == 2 else "",
    )
    return {"ultimate_parent": parent}


def _data(body: bytes) -> dict[str, Any]:
    data = reading.part(reading.document(body), "data")
    if not data:
        raise Unusable("no_data")
    return data


def _address(address: dict[str, Any]) -> dict[str, Any]:
    lines = [reading.text(line) for line in reading.items(address.get("addressLines"))]
    country = reading.code(address.get("country"))
    return given(
        street=reading.text(", ".join(line for line in lines if line)),
        postcode=reading.text(address.get("postalCode"), 20),
        city=reading.text(address.get("city")),
        country=country if len(country) == 2 else "",
    )


GLEIF = Register(
    key="gleif",
    name="GLEIF",
    fact="lei",
    is_key=lei_number.is_valid,
    next_path=next_path,
    read=read,
    page=page,
    says=says,
    accept="application/vnd.api+json",
)
