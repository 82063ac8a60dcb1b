"""
The resolver's contract, row by row: what is asked, and what must be answered.

Bases: GS1-Conformant Resolver 1.2.1 and GS1's test suite, Digital Link URI Syntax 1.7,
RFC 9264, UNTP Identity Resolver. The numbers are stable. The tests ask these rows of
Django, `bench/resolver_contract.py` asks them of a server by HTTP.

Levels: S a SHALL, s a SHOULD, M a MAY of the standard, T only in GS1's suite, U of
UNTP, O our own.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.resolver_checks import (
    Check,
    both,
    default_has_a_kind,
    default_is_where_a_scan_leads,
    exactly_307,
    fits,
    has_anchors,
    has_header,
    has_multi,
    has_no_internal_members,
    has_one_default,
    has_status,
    injects_nothing,
    is_json,
    is_linkset,
    is_never_a_failure,
    is_page,
    is_page_with_json_ld,
    leads_to,
    links_have_href_and_title,
    names_gs1_s_prefix,
    no_type_in_link_header,
    root_is_ours,
    says,
    types_are_gs1_s,
    types_have_the_namespace,
    without_body,
)
from tests.resolver_world import (
    CERTIFICATE_HTML,
    CERTIFICATE_LK,
    CERTIFICATE_PDF,
    GLN,
    LOT,
    LOT_PIP,
    PIP_EN,
    PIP_FR,
    PLACE,
    SERIAL,
    SERIAL_DPP,
    SERIAL_PIP,
    SUSTAINABILITY,
    UNREGISTERED,
    G,
    P,
)

LEVELS = {
    "S": "SHALL",
    "s": "SHOULD",
    "M": "MAY",
    "T": "GS1's suite",
    "U": "UNTP",
    "O": "ours",
}
LINKSET = "application/linkset+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ORIGIN = {"Origin": "https://shop.example"}
LINKSET_TYPE = {"Accept": LINKSET}

U = f"/01/{UNREGISTERED}"
N = f"{P}/21/{SERIAL}"
L = f"{P}/10/{LOT}"


class Request(NamedTuple):
    """What is asked: the target as it is sent; a header without value is left out."""

    target: str
    headers: Mapping[str, str | None] = {}
    method: str = "GET"

    def sent_headers(self) -> dict[str, str]:
        """Return the headers, those that the contract takes for granted included."""
        headers = {"Accept": "*/*", "Accept-Language": "en", **self.headers}
        return {name: value for name, value in headers.items() if value is not None}


class Row(NamedTuple):
    """One row: its number and level, what is asked, what the answer must be."""

    number: int
    level: str
    request: Request
    check: Check


def compressed(gtin14: str) -> str:
    """Return the legacy compressed path of a GTIN: 8 bits of AI, 47 of number."""
    bits = f"{1:08b}{int(gtin14):047b}"
    bits += "0" * (-len(bits) % 6)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "/" + "".join(
        alphabet[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6)
    )


def language(header: str | None) -> dict[str, str | None]:
    """Return the header of a language."""
    return {"Accept-Language": header}


def accept(header: str | None) -> dict[str, str | None]:
    """Return the header of media types."""
    return {"Accept": header}


def of_type(kind: str, path: str = P) -> str:
    """Return a target that asks for one type of link."""
    return f"{path}?linkType={kind}"


def row(number: int, level: str, asked: str | Request, check: Check) -> Row:
    """Return a row; a bare target is asked with the usual headers."""
    return Row(
        number, level, Request(asked) if isinstance(asked, str) else asked, check
    )


to_default, to_french = leads_to(PIP_EN), leads_to(PIP_FR)
refused, missing = has_status(400), has_status(404)
linkset_of_p = Request(P, LINKSET_TYPE)
described = "/.well-known/gs1resolver"
BROWSER_LANGUAGES = "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7"
WITH_Q = "application/linkset+json, text/html;q=0.5, */*;q=0.1"
ASKS_GET = {**ORIGIN, "Access-Control-Request-Method": "GET"}
CONTEXT_REL = 'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
EPC_UNKNOWN = "/eh3074257bf7194e4000001a85"
wrong = f"/01/{G[:-1]}0"

ROWS: Sequence[Row] = (
    row(1, "S", P, to_default),
    row(2, "O", P, exactly_307),
    row(3, "S", Request(P, method="HEAD"), both(to_default, without_body)),
    row(4, "S", Request(P, ASKS_GET, "OPTIONS"), has_status(200, 204)),
    row(
        5,
        "T",
        Request(P, ASKS_GET, "OPTIONS"),
        has_header("Access-Control-Allow-Methods", "GET", "HEAD", "OPTIONS"),
    ),
    row(6, "S", Request(P, ORIGIN), has_header("Access-Control-Allow-Origin", "*")),
    row(
        7,
        "S",
        Request(U, ORIGIN),
        both(missing, has_header("Access-Control-Allow-Origin", "*")),
    ),
    row(
        8,
        "O",
        Request(P, ORIGIN),
        has_header("Access-Control-Expose-Headers", "Link", "Location"),
    ),
    row(9, "S", P, to_default),
    row(10, "O", Request(P, accept(None)), to_default),
    row(11, "T", P, has_header("Vary", "Accept", "Accept-Language")),
    row(12, "O", Request(P, method="POST"), has_status(405)),
    row(13, "S", wrong, refused),
    row(14, "S", "/01/012345678901", refused),
    row(15, "S", f"/414/{GLN[:-1]}0", refused),
    row(16, "T", f"{P}/foo", refused),
    row(17, "S", f"{P}/21/{SERIAL}/10/{LOT}", refused),
    row(18, "S", f"{P}/17/261231", refused),
    row(19, "M", f"{P}/8011/5", refused),
    row(20, "M", f"{P}/99/A", refused),
    row(21, "M", f"{L}/235/X", refused),
    row(22, "S", f"{P}/21/{'A' * 21}", refused),
    row(23, "S", f"{P}/21/A%20B", refused),
    row(24, "S", f"{P}/21/%C3%A9", refused),
    row(25, "S", f"{L}?10={LOT}", refused),
    row(26, "O", f"{P}?17=261331", refused),
    row(27, "S", "/foo", refused),
    row(28, "S", "/01/0952012345678A", refused),
    row(29, "S", wrong, is_never_a_failure),
    row(30, "O", "/01/%00%ff/..%2f", is_never_a_failure),
    row(31, "S", f"{P}/10/A%2FB", to_default),
    row(32, "s", f"{P}/", to_default),
    row(33, "s", f"/01/{G[1:]}", to_default),
    row(34, "O", f"/gtin/{G}", to_default),
    row(35, "S", U, missing),
    row(36, "S", of_type("gs1:nosuchlt"), missing),
    row(37, "S", of_type("gs1:recipeInfo"), missing),
    row(38, "S", Request(P, language(None)), to_default),
    row(39, "S", Request(P, language("de")), to_default),
    row(40, "s", Request(P, language("fr")), to_french),
    row(41, "s", Request(P, language("fr-FR")), to_french),
    row(42, "s", Request(P, language("en;q=0.2, fr;q=0.9")), to_french),
    row(43, "s", Request(P, language(BROWSER_LANGUAGES)), to_french),
    row(44, "S", Request(P, language("*")), to_default),
    row(45, "S", of_type("gs1:pip"), leads_to(PIP_EN)),
    row(46, "S", of_type("https://ref.gs1.org/voc/pip"), leads_to(PIP_EN)),
    row(47, "S", of_type("https://gs1.org/voc/pip"), leads_to(PIP_EN)),
    row(48, "T", of_type("https://www.gs1.org/voc/pip"), leads_to(PIP_EN)),
    row(49, "S", of_type("gs1%3Apip"), leads_to(PIP_EN)),
    row(50, "s", Request(of_type("gs1:pip"), language("fr")), to_french),
    row(51, "s", Request(of_type("gs1:pip"), language("de")), leads_to(PIP_EN)),
    row(
        52,
        "M",
        Request(of_type("gs1:certificationInfo"), accept("application/pdf")),
        leads_to(CERTIFICATE_PDF),
    ),
    row(
        53,
        "M",
        Request(of_type("gs1:certificationInfo"), accept("text/html")),
        leads_to(CERTIFICATE_HTML),
    ),
    row(
        54,
        "M",
        f"{of_type('gs1:certificationInfo')}&context=LK",
        leads_to(CERTIFICATE_LK),
    ),
    row(55, "s", of_type("gs1:traceability"), both(has_status(300), is_linkset)),
    row(
        56,
        "s",
        Request(of_type("gs1:traceability"), accept("application/json")),
        both(has_status(300), is_linkset),
    ),
    row(57, "S", of_type("gs1:sustainabilityInfo", N), leads_to(SUSTAINABILITY)),
    row(58, "S", of_type("gs1:dpp", N), leads_to(SERIAL_DPP)),
    row(59, "S", of_type("gs1:pip", N), leads_to(SERIAL_PIP)),
    row(60, "S", of_type("linkset"), has_status(200)),
    row(61, "S", Request(of_type("linkset"), accept(None)), has_status(200)),
    row(62, "S", linkset_of_p, has_status(200)),
    row(63, "S", linkset_of_p, has_header("Content-Type", LINKSET)),
    row(
        64,
        "S",
        Request(P, accept(WITH_Q)),
        both(has_status(200), has_header("Content-Type", LINKSET)),
    ),
    row(65, "T", of_type("all"), has_status(200)),
    row(66, "s", Request(P, accept("application/json")), both(is_json, is_linkset)),
    row(
        67,
        "s",
        Request(P, accept("application/ld+json")),
        both(has_status(200), says("@context")),
    ),
    row(68, "s", Request(of_type("linkset"), accept(BROWSER)), is_page),
    row(
        69, "s", Request(of_type("linkset"), accept("text/html")), is_page_with_json_ld
    ),
    row(70, "S", linkset_of_p, is_linkset),
    row(71, "S", linkset_of_p, has_anchors(P)),
    row(72, "S", linkset_of_p, has_one_default),
    row(73, "S", linkset_of_p, default_is_where_a_scan_leads),
    row(74, "S", linkset_of_p, default_has_a_kind),
    row(75, "s", linkset_of_p, has_multi),
    row(76, "S", linkset_of_p, links_have_href_and_title),
    row(77, "s", linkset_of_p, types_are_gs1_s),
    row(78, "s", linkset_of_p, types_have_the_namespace),
    row(79, "s", linkset_of_p, has_header("Link", CONTEXT_REL)),
    row(80, "S", Request(P, LINKSET_TYPE, "HEAD"), both(has_status(200), without_body)),
    row(81, "S", Request(f"/01/{G[1:]}", LINKSET_TYPE), has_anchors(P)),
    row(82, "S", Request(N, LINKSET_TYPE), has_anchors(N, P)),
    row(83, "S", Request(f"{P}/21/UNKNOWN", LINKSET_TYPE), has_anchors(P)),
    row(84, "S", Request(f"{L}/21/{SERIAL}", LINKSET_TYPE), has_anchors(P, L, N)),
    row(
        85,
        "s",
        P,
        has_header("Link", f'{P}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'),
    ),
    row(86, "T", P, no_type_in_link_header),
    row(87, "S", f"{P}/10/UNKNOWN", to_default),
    row(88, "S", f"{P}/21/UNKNOWN", to_default),
    row(89, "S", f"{P}/22/V/10/X/21/Y", to_default),
    row(90, "S", f"{P}/235/UNKNOWN", to_default),
    row(91, "S", N, leads_to(SERIAL_PIP)),
    row(92, "S", L, leads_to(LOT_PIP)),
    row(93, "S", f"{L}/21/{SERIAL}", leads_to(SERIAL_PIP)),
    row(94, "S", f"{L}/21/UNKNOWN", leads_to(LOT_PIP)),
    row(95, "S", f"/414/{GLN}/254/UNKNOWN", leads_to(PLACE)),
    row(96, "S", f"{P}?foo=bar", leads_to(f"{PIP_EN}?foo=bar")),
    row(97, "S", f"{P}?17=261231", leads_to(f"{PIP_EN}?17=261231")),
    row(98, "S", f"{P}?b=%2F&a=1&b=2", leads_to(f"{PIP_EN}?b=%2F&a=1&b=2")),
    row(99, "S", f"{P}?flag", leads_to(f"{PIP_EN}?flag")),
    row(
        100,
        "S",
        f"{of_type('gs1:sustainabilityInfo')}&a=b",
        leads_to(f"{SUSTAINABILITY}&a=b"),
    ),
    row(101, "O", f"{P}?x=%0d%0aSet-Cookie:a=b", injects_nothing),
    row(102, "S", EPC_UNKNOWN, missing),
    row(103, "M", compressed(G), to_default),
    row(104, "S", "/ehZZZZ", refused),
    row(105, "S", described, both(is_json, root_is_ours)),
    row(106, "S", described, fits("gs1_description_file_schema.json")),
    row(107, "s", described, says("jsonLdContextLocation")),
    row(
        108,
        "S",
        Request(described, ORIGIN),
        has_header("Access-Control-Allow-Origin", "*"),
    ),
    row(109, "O", described, has_no_internal_members),
    row(110, "U", "/.well-known/resolver", both(is_json, root_is_ours)),
    row(111, "s", described, names_gs1_s_prefix),
    row(112, "U", f"{of_type('gs1:pip')}&language=fr", to_french),
    row(113, "U", of_type("dpp", N), leads_to(SERIAL_DPP)),
)
