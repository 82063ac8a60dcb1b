"""What is done later, elsewhere, again."""

from products.tasks.capturing import (
    capture_events,
    hint_captures,
    purge_captures,
)
from products.tasks.comparing import compare_products, hint_comparisons
from products.tasks.importing import (
    hint_product_imports,
    import_products,
    purge_product_imports,
)
from products.tasks.logging import hint_backlog, log_backlog
from products.tasks.pictures import hint_pictures, prepare_pictures, sweep_pictures
from products.tasks.publishing import hint_publications, publish_due_products
from products.tasks.searching import index_products
from products.tasks.stocking import renew_stocks

__all__ = [
    "capture_events",
    "compare_products",
    "hint_backlog",
    "hint_captures",
    "hint_comparisons",
    "hint_pictures",
    "hint_product_imports",
    "hint_publications",
    "import_products",
    "index_products",
    "log_backlog",
    "prepare_pictures",
    "publish_due_products",
    "purge_captures",
    "purge_product_imports",
    "renew_stocks",
    "sweep_pictures",
]
