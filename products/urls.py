"""Addresses under `/api/v1/`."""

from django.urls import path

from products import views

urlpatterns = [
    path("products", views.ProductList.as_view(), name="product-list"),
    path("stocks", views.StockList.as_view(), name="stock-list"),
    path(
        "stocks/<str:gtin>/availability",
        views.ProductOffering.as_view(),
        name="product-offering",
    ),
    path("products/<str:gtin>/shops", views.ShopList.as_view(), name="shop-list"),
    path("epcis/capture", views.CaptureList.as_view(), name="capture-list"),
    path(
        "epcis/capture/<uuid:capture_id>",
        views.CaptureDetail.as_view(),
        name="capture-detail",
    ),
    path("epcis/events", views.EventList.as_view(), name="event-list"),
    path(
        "products/imports",
        views.ProductImportList.as_view(),
        name="product-import-list",
    ),
    path(
        "products/imports/template.<str:form>",
        views.ProductTemplate.as_view(),
        name="product-template",
    ),
    path(
        "products/imports/<uuid:import_id>",
        views.ProductImportDetail.as_view(),
        name="product-import",
    ),
    path(
        "products/imports/<uuid:import_id>/confirm",
        views.ProductImportConfirmation.as_view(),
        name="product-import-confirm",
    ),
    path(
        "products/imports/<uuid:import_id>/cancel",
        views.ProductImportCancellation.as_view(),
        name="product-import-cancel",
    ),
    path("products/<str:gtin>", views.ProductDetail.as_view(), name="product-detail"),
    path(
        "products/<str:gtin>/pictures",
        views.ProductPictures.as_view(),
        name="product-pictures",
    ),
    path(
        "pictures/<str:sha256>.webp",
        views.PictureFile.as_view(),
        name="picture-file",
    ),
    path(
        "products/<str:gtin>/notices",
        views.ProductNotices.as_view(),
        name="product-notices",
    ),
    path("notices", views.NoticeList.as_view(), name="notice-list"),
    path(
        "notices/<uuid:notice_id>",
        views.NoticeDetail.as_view(),
        name="notice-detail",
    ),
    path(
        "notices/<uuid:notice_id>/withdrawal",
        views.NoticeWithdrawal.as_view(),
        name="notice-withdrawal",
    ),
    path(
        "products/<str:gtin>/revisions",
        views.RevisionList.as_view(),
        name="revision-list",
    ),
    path(
        "sheets/<str:gtin>/revisions/<str:number>/proof",
        views.RevisionProof.as_view(),
        name="revision-proof",
    ),
    path(
        "products/<str:gtin>/diff",
        views.RevisionDifference.as_view(),
        name="revision-difference",
    ),
]
