"""What is done later, elsewhere, again."""

from products.tasks.publishing import publish_due_products

__all__ = ["publish_due_products"]
