"""Inputs that chance makes, for tests and for `bench/code_parsing.py`."""

from hypothesis import strategies as st

from products import gtin

FORMATS = [None, "ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "qr_code"]
IDENTIFIERS = [None, "]E0", "]E4", "]C1", "]d2", "]Q1", "]Q3", "]e0", "]J1", "]I1"]
# Pieces of which codes are made, so that chance leads deep into the parser.
PIECES = st.one_of(
    st.sampled_from(
        ["]", "]C1", "]Q1", "(01)", "(10)", "(21)", "^", "\x1d", "<GS>", "|]e0", "/",
         "/01/", "/10/", "https://", "HTTPS://a.b", "?", "17=", "&", ";", "%2F", "%",
         "%ff", "#", "09521234543213", "9521234543213", "01", "00", "8006", "/eh30",
         "/ex", "\ufeff", "\u241d", "\uff13", "²", "é", " ", "-", "\\("]
    ),
    st.text(max_size=3),
    st.from_regex("[0-9]{1,14}", fullmatch=True),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)
GTIN_13 = st.from_regex("[1,3-9][1-9][0-9]{10}", fullmatch=True).map(
    lambda body: body.replace(",", "4") + str(gtin.check_digit(body.replace(",", "4")))
)
CARRIERS = [
    "{0}", "]E0{0}", "(01)0{0}", "]C1010{0}", "]d2010{0}10L", "\x1d010{0}\x1d",
    "https://a.example/01/0{0}", "https://a.example/01/{0}/21/7?17=261231",
]  # fmt: skip
