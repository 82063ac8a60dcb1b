"""Every address of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from companies import issuing_views
from config import health
from ledger import urls as ledger_urls

handler400 = "common.http.bad_request"
handler403 = "config.refusals.forbidden"
handler404 = "config.refusals.not_found"
# allauth's own: it answers who signs in, or tries to, too often.
handler429 = "config.entrance.too_many"
handler500 = "common.http.server_error"

api: list[URLPattern | URLResolver] = [
    path("", include("companies.urls")),
    # Before the sheet: `products/{gtin}/qr.svg` is the longer address.
    path("", include("scanning.urls")),
    path("", include("products.urls")),
    path("", include("shoppers.urls")),
    path("", include("checkout.urls")),
    path("", include("ledger.urls")),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", include("config.entrance")),
    path("admin/", admin.site.urls),
    # Named inside credentials, so at addresses that never change.
    path(
        ".well-known/did.json",
        issuing_views.OwnDidDocument.as_view(),
        name="did-document",
    ),
    path(
        "status/<int:number>",
        issuing_views.StatusListDetail.as_view(),
        name="status-list",
    ),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include(ledger_urls.log)),
    path("", include("web.urls")),
]
