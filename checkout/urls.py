"""Addresses under `/api/v1/`."""

from django.urls import path

from checkout.views import phones, streams, tills

urlpatterns = [
    path("me/stream", streams.Stream.as_view(), name="stream"),
    path("me/prompts", phones.PromptList.as_view(), name="prompt-list"),
    path(
        "me/prompts/<slug:prompt_id>/decision",
        phones.DecisionCreate.as_view(),
        name="decision-create",
    ),
    path(
        "terminals/<str:terminal_id>/payment-prompts",
        tills.PromptCreate.as_view(),
        name="payment-prompt-create",
    ),
    path(
        "payment-prompts/<slug:prompt_id>",
        tills.PromptDetail.as_view(),
        name="payment-prompt-detail",
    ),
]
