"""Addresses of the pages and of the resolver, at the root of the site."""

from django.urls import path, re_path

from web import issued, resolver, views

app_name = "web"

# What has a 404 of its own: everything else at the root is read as a Digital Link.
NOT_LINKS = (
    r"(?!(?:api|admin|static|log|metrics|healthz|readyz|scan|search|report|sheets|\.well-known"
    r"|companies|credentials|schemes|status|facts|witness|favicon\.ico|robots\.txt)(?:/|$))"
)

urlpatterns = [
    path("", views.home, name="home"),
    path("scan", views.scan, name="scan"),
    path("search", views.search, name="search"),
    path("report/<str:gtin>", views.report, name="report"),
    # What credentials name facts by: it leads to what the fact means.
    path("facts/<str:key>", views.fact, name="fact"),
    path("facts/<str:key>/<int:year>", views.fact, name="fact-of-year"),
    path("log", views.log, name="log"),
    path("companies/<str:identifier>", views.company, name="company"),
    # What we sign names these addresses: they never change.
    path("credentials/<uuid:number>", issued.credential, name="credential"),
    path("credentials/<uuid:number>/lines", issued.lines, name="credential-lines"),
    path("schemes/transparency/<str:version>", issued.scheme, name="scheme"),
    path("sheets/<str:gtin>", resolver.sheet, name="sheet"),
    path(".well-known/gs1resolver", resolver.description, name="gs1resolver"),
    path(".well-known/resolver", resolver.description, name="resolver"),
    # Read from the raw target by `scanning.codes`, which knows the grammar; the path
    # that Django matches is decoded, and may hold line ends.
    re_path(rf"^{NOT_LINKS}[\s\S]+$", resolver.resolve, name="resolve"),
]
