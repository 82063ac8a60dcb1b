"""Addresses under `/api/v1/`."""

from django.urls import path

from shoppers import views

urlpatterns = [
    path("shoppers", views.ShopperCreate.as_view(), name="shopper-create"),
    path("me/pass", views.PassCreate.as_view(), name="pass-create"),
]
