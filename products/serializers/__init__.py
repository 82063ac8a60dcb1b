"""The shapes of what comes in and goes out."""

from products.serializers.sheets import SheetDocument

__all__ = ["SheetDocument"]
