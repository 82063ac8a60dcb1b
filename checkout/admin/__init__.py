"""The till in the back office, one module per subject, all loaded here."""

from checkout.admin import outcomes, prompts, terminals, webhooks

__all__ = ["outcomes", "prompts", "terminals", "webhooks"]
