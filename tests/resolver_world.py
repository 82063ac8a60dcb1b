"""
What the rows of the resolver's contract are asked about: a product and its links.

Made through the services that a company's registration goes through, for the tests and
for the benchmark alike.
"""

from companies.models import Company
from products.models import Product
from scanning.models import Anchor
from scanning.resolving.rules import Entry
from scanning.services.linking import Line, register_links

G = "09520123456788"
P = f"/01/{G}"
# Of the same form, and nobody's.
UNREGISTERED = "09520999999990"
LOT, SERIAL = "L1", "N1"
GLN = "9520123456788"

PIP_EN = "https://brand.example/en/product"
PIP_FR = "https://brand.example/fr/produit"
SUSTAINABILITY = "https://brand.example/green?x=1"
TRACES = ("https://brand.example/trace/farm", "https://brand.example/trace/mill")
CERTIFICATE_HTML = "https://brand.example/certificate"
CERTIFICATE_PDF = "https://brand.example/certificate.pdf"
CERTIFICATE_LK = "https://brand.example/certificate-lk.pdf"
LOT_PIP = "https://brand.example/lots/L1"
SERIAL_PIP = "https://brand.example/items/N1"
SERIAL_DPP = "https://brand.example/items/N1/passport"
PLACE = "https://brand.example/shop"

HTML, PDF = "text/html", "application/pdf"


def create() -> Company:
    """Register everything, for a new company."""
    company = Company.objects.create(name="Filature du Contrat", is_fictitious=True)
    Product.objects.create(gtin=G, name="Contract yarn", company=company)
    # A place is no product: an operator assigned it to the company.
    Anchor.objects.create(
        path=f"/414/{GLN}", company=company, item_description="A shop"
    )
    lines = [
        *(Line(P, entry) for entry in _of_product()),
        Line(f"{P}/10/{LOT}", default(LOT_PIP, "This lot")),
        Line(f"{P}/21/{SERIAL}", default(SERIAL_PIP, "This item")),
        Line(f"{P}/21/{SERIAL}", Entry("gs1:dpp", SERIAL_DPP, "Passport")),
        Line(f"/414/{GLN}", default(PLACE, "The shop", kind="gs1:locationInfo")),
    ]
    register_links(lines=lines, author=None)
    return company


def default(href: str, title: str, kind: str = "gs1:pip") -> Entry:
    """Return a default link: an address and a title, nothing else."""
    return Entry(kind, href, title, is_default=True)


def _of_product() -> list[Entry]:
    certificate = Entry("gs1:certificationInfo", CERTIFICATE_HTML, "Certificate")
    trace = Entry("gs1:traceability", title="Origin", hreflang=("en",))
    page = Entry("gs1:pip", media_type=HTML, is_default_multi=True)
    return [
        default(PIP_EN, "Product page"),
        page._replace(href=PIP_EN, title="Product page", hreflang=("en",)),
        page._replace(href=PIP_FR, title="Page du produit", hreflang=("fr",)),
        Entry("gs1:sustainabilityInfo", SUSTAINABILITY, "Footprint"),
        *(trace._replace(href=href, media_type=HTML) for href in TRACES),
        certificate._replace(media_type=HTML),
        certificate._replace(href=CERTIFICATE_PDF, media_type=PDF),
        certificate._replace(href=CERTIFICATE_LK, media_type=PDF, context=("LK",)),
    ]
