"""What may change of a product: its statements, its stock, its published sheet."""

from products.services.capturing import (
    ask_capture,
    cancel_capture,
    confirm_capture,
    describe_place,
)
from products.services.grouping import change_family, describe_variant, place_product
from products.services.importing import (
    ask_product_import,
    cancel_product_import,
    confirm_product_import,
)
from products.services.noticing import (
    correct_notice,
    issue_notice,
    withdraw_notice,
)
from products.services.picturing import (
    Said,
    add_picture,
    describe_picture,
    remove_picture,
)
from products.services.publishing import AT_ONCE, publish_company, publish_sheet
from products.services.replacing import replace_product, take_replacement_back
from products.services.stating import state_field
from products.services.stocking import set_offering, set_stock

__all__ = [
    "AT_ONCE",
    "Said",
    "add_picture",
    "ask_capture",
    "ask_product_import",
    "cancel_capture",
    "cancel_product_import",
    "change_family",
    "confirm_capture",
    "confirm_product_import",
    "correct_notice",
    "describe_picture",
    "describe_place",
    "describe_variant",
    "issue_notice",
    "place_product",
    "publish_company",
    "publish_sheet",
    "remove_picture",
    "replace_product",
    "set_offering",
    "set_stock",
    "state_field",
    "take_replacement_back",
    "withdraw_notice",
]
