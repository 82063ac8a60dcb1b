"""What an answer of the resolver must be: the checks of its contract's rows."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

from tests.resolver_world import PIP_EN, P

VECTORS = Path(__file__).parent / "vectors"
VOCABULARY = "https://ref.gs1.org/voc/"
DEFAULT = f"{VOCABULARY}defaultLink"
MULTI = f"{VOCABULARY}defaultLinkMulti"


class Answer(NamedTuple):
    """What came back; header names in lower case, `root` is the public address."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    root: str

    def header(self, name: str) -> str:
        """Return a header, empty when there is none."""
        return self.headers.get(name.lower(), "")

    def document(self) -> Any:
        """Return what the JSON body says."""
        return json.loads(self.body)

    def entity(self, path: str) -> dict[str, Any]:
        """Return the part of the linkset about one key."""
        found = [
            one
            for one in self.document()["linkset"]
            if one["anchor"] == f"{self.root}{path}"
        ]
        assert len(found) == 1, self.document()
        entity: dict[str, Any] = found[0]
        return entity


Check = Callable[[Answer], None]


def leads_to(href: str) -> Check:
    """Check for a redirect to exactly this address."""

    def check(answer: Answer) -> None:
        assert answer.status in {302, 303, 307}, answer.status
        assert answer.header("Location") == href, answer.header("Location")

    return check


def has_status(*statuses: int) -> Check:
    """Check for one of these statuses."""

    def check(answer: Answer) -> None:
        assert answer.status in statuses, answer.status

    return check


def has_header(name: str, *words: str) -> Check:
    """Check that a header has all of these words."""

    def check(answer: Answer) -> None:
        said = answer.header(name)
        assert all(word.lower() in said.lower() for word in words), said

    return check


def both(*checks: Check) -> Check:
    """Check one thing after the other."""

    def check(answer: Answer) -> None:
        for one in checks:
            one(answer)

    return check


def exactly_307(answer: Answer) -> None:
    assert answer.status == 307, answer.status


def without_body(answer: Answer) -> None:
    assert answer.body == b""


def is_json(answer: Answer) -> None:
    assert answer.status == 200, answer.status
    assert answer.header("Content-Type").startswith("application/json")
    assert isinstance(answer.document(), dict)


def fits(schema: str) -> Check:
    """Check the body against one of GS1's schemas."""

    def check(answer: Answer) -> None:
        document = json.loads((VECTORS / schema).read_text(encoding="utf-8"))
        jsonschema.Draft7Validator(document).validate(answer.document())

    return check


is_linkset = fits("gs1_linkset_schema.json")


def says(member: str, value: Any = None) -> Check:
    """Check that a JSON body has a member, with this value if one is given."""

    def check(answer: Answer) -> None:
        assert member in answer.document()
        assert value is None or answer.document()[member] == value

    return check


def is_page_with_json_ld(answer: Answer) -> None:
    assert answer.status == 200, answer.status
    text = answer.body.decode()
    start = text.index('<script type="application/ld+json">')
    document = json.loads(text[start:].partition(">")[2].partition("</script>")[0])
    assert "@context" in document
    assert document["linkset"]


def is_page(answer: Answer) -> None:
    assert answer.status == 200, answer.status
    assert answer.header("Content-Type").startswith("text/html")


def has_anchors(*paths: str) -> Check:
    """Check that the linkset is about these keys and no others."""

    def check(answer: Answer) -> None:
        found = {one["anchor"] for one in answer.document()["linkset"]}
        assert found == {f"{answer.root}{path}" for path in paths}, found

    return check


def has_one_default(answer: Answer) -> None:
    for entity in answer.document()["linkset"]:
        assert len(entity[DEFAULT]) == 1
        assert set(entity[DEFAULT][0]) == {"href", "title"}


def default_is_where_a_scan_leads(answer: Answer) -> None:
    assert answer.entity(P)[DEFAULT][0]["href"] == PIP_EN


def default_has_a_kind(answer: Answer) -> None:
    entity = answer.entity(P)
    hrefs = {link["href"] for kind, link in links_of(entity) if "default" not in kind}
    assert entity[DEFAULT][0]["href"] in hrefs


def links_of(entity: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every link of a linkset's part, each with its type."""
    return [
        (kind, link)
        for kind, links in entity.items()
        if kind not in {"anchor", "itemDescription"}
        for link in links
    ]


def links_have_href_and_title(answer: Answer) -> None:
    for entity in answer.document()["linkset"]:
        assert all(link["href"] and link["title"] for _kind, link in links_of(entity))


def types_are_gs1_s(answer: Answer) -> None:
    from scanning.resolving import linktypes

    for kind, _link in links_of(answer.entity(P)):
        assert kind.removeprefix(VOCABULARY) in linktypes.known(), kind


def types_have_the_namespace(answer: Answer) -> None:
    assert all(
        kind.startswith(VOCABULARY) for kind, _link in links_of(answer.entity(P))
    )


def has_multi(answer: Answer) -> None:
    assert {link["hreflang"][0] for link in answer.entity(P)[MULTI]} == {"en", "fr"}


def no_type_in_link_header(answer: Answer) -> None:
    assert answer.status == 307
    assert 'rel="gs1:' not in answer.header("Link")


def injects_nothing(answer: Answer) -> None:
    leads_to(f"{PIP_EN}?x=%0d%0aSet-Cookie:a=b")(answer)
    assert "set-cookie" not in answer.headers


def is_never_a_failure(answer: Answer) -> None:
    assert answer.status in {400, 404}, answer.status


def has_no_internal_members(answer: Answer) -> None:
    schema = json.loads((VECTORS / "gs1_description_file_schema.json").read_text())
    assert set(answer.document()) <= set(schema["properties"])


def names_gs1_s_prefix(answer: Answer) -> None:
    entry = {"namespace": VOCABULARY, "prefix": "gs1:"}
    assert entry in answer.document()["supportedLinkType"]


def root_is_ours(answer: Answer) -> None:
    assert answer.document()["resolverRoot"] == answer.root
    assert answer.document()["supportedPrimaryKeys"]
