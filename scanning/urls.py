"""Addresses under `/api/v1/`."""

from django.urls import path

from scanning.views import history, labels, links, notices, scans, stores, unknown

urlpatterns = [
    path("scans", scans.ScanCreate.as_view(), name="scan-create"),
    path("scans/batch", scans.BatchCreate.as_view(), name="scan-batch"),
    path("stores", stores.StoreList.as_view(), name="store-list"),
    path("products/<str:gtin>/qr.svg", labels.QrSvg.as_view(), name="product-qr-svg"),
    path("products/<str:gtin>/qr.png", labels.QrPng.as_view(), name="product-qr-png"),
    path(
        "unknown-codes/<str:gtin>/reports",
        unknown.ReportCreate.as_view(),
        name="code-report-create",
    ),
    path("me/scan-history", history.HistoryList.as_view(), name="history-list"),
    path(
        "me/scan-history/settings",
        history.HistorySettings.as_view(),
        name="history-settings",
    ),
    path(
        "me/scan-history/<uuid:entry_id>",
        history.EntryDetail.as_view(),
        name="history-entry",
    ),
    path("me/notices", notices.ToldList.as_view(), name="told-notice-list"),
    path(
        "me/notices/<uuid:delivery_id>/seen",
        notices.ToldSeen.as_view(),
        name="told-notice-seen",
    ),
    path(
        "notices/<uuid:notice_id>/reach",
        notices.NoticeReach.as_view(),
        name="notice-reach",
    ),
    path("links", links.LinkList.as_view(), name="link-list"),
    path("links/<int:link_id>", links.LinkDetail.as_view(), name="link-detail"),
    path(
        "links/<int:link_id>/restoration",
        links.LinkRestoration.as_view(),
        name="link-restoration",
    ),
]
