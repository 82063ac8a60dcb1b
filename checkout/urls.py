"""Addresses under `/api/v1/`."""

from django.urls import path

from checkout.views import attempts, phones, push, streams, tills

urlpatterns = [
    path("me/stream", streams.Stream.as_view(), name="stream"),
    path("push/key", push.PushKeyDetail.as_view(), name="push-key"),
    path(
        "me/push-subscriptions",
        push.PushSubscriptionCollection.as_view(),
        name="push-subscription-list",
    ),
    path(
        "me/push-subscriptions/<int:subscription_id>",
        push.PushSubscriptionDetail.as_view(),
        name="push-subscription-detail",
    ),
    path("me/prompts", phones.PromptList.as_view(), name="prompt-list"),
    path("me/prompts/claim", phones.ClaimCreate.as_view(), name="prompt-claim"),
    path(
        "me/prompts/<slug:prompt_id>/receipts",
        phones.ReceiptCreate.as_view(),
        name="receipt-create",
    ),
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
        "terminals/<str:terminal_id>/payment-prompts/find",
        tills.PromptFind.as_view(),
        name="payment-prompt-find",
    ),
    path(
        "terminals/<str:terminal_id>/payment-prompts/<slug:prompt_id>/cancel",
        tills.PromptCancel.as_view(),
        name="payment-prompt-cancel",
    ),
    path(
        "terminals/<uuid:terminal_id>/webhook-attempts",
        attempts.AttemptList.as_view(),
        name="webhook-attempt-list",
    ),
    path(
        "payment-prompts/<slug:prompt_id>",
        tills.PromptDetail.as_view(),
        name="payment-prompt-detail",
    ),
]
