"""Addresses of the log: those that C2SP names, at the root, and JSON in the API."""

from django.urls import path, re_path

from ledger import views

# At the root of the site: `<host>/log` is the log's own name.
log = [
    path("log/checkpoint", views.LogCheckpoint.as_view(), name="log-checkpoint"),
    # Read from the raw target: a tile has one spelling.
    re_path(r"^log/tile/[\s\S]*$", views.LogTile.as_view(), name="log-tile"),
    path("log/vkey", views.LogVerifierKeys.as_view(), name="log-vkey"),
    path("log/policy", views.LogPolicy.as_view(), name="log-policy"),
    path(
        "witness/add-checkpoint",
        views.AddCheckpoint.as_view(),
        name="witness-add-checkpoint",
    ),
    path("witness/vkey", views.WitnessVerifierKey.as_view(), name="witness-vkey"),
]

# Below `/api/v1/`.
urlpatterns = [
    path("log/entries/<str:index>", views.LogEntryDetail.as_view(), name="log-entry"),
    path(
        "log/entries/<str:index>/proof",
        views.LogEntryProof.as_view(),
        name="log-entry-proof",
    ),
    path(
        "log/proofs/inclusion", views.LogInclusionProof.as_view(), name="log-inclusion"
    ),
    path(
        "log/proofs/consistency",
        views.LogConsistencyProof.as_view(),
        name="log-consistency",
    ),
]
