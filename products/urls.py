"""Addresses under `/api/v1/`."""

from django.urls import path

from products import views

urlpatterns = [
    path("products/<str:gtin>", views.ProductDetail.as_view(), name="product-detail"),
]
