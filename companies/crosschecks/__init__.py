"""Cross-checks: rules by which what a company states can be believed. Pure."""

from companies.crosschecks.given import Dossier, Found, Given

__all__ = ["Dossier", "Found", "Given"]
