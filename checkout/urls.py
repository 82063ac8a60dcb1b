"""Addresses under `/api/v1/`."""

from django.urls import path

from checkout import phone_views, terminal_views

urlpatterns = [
    path("me/stream", phone_views.Stream.as_view(), name="stream"),
    path("me/prompts", phone_views.PromptList.as_view(), name="prompt-list"),
    path(
        "me/prompts/<slug:prompt_id>/decision",
        phone_views.DecisionCreate.as_view(),
        name="decision-create",
    ),
    path(
        "terminals/<str:terminal_id>/payment-prompts",
        terminal_views.PromptCreate.as_view(),
        name="payment-prompt-create",
    ),
    path(
        "payment-prompts/<slug:prompt_id>",
        terminal_views.PromptDetail.as_view(),
        name="payment-prompt-detail",
    ),
]
