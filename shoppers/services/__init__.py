"""What may change in this room, one module per flow."""

from shoppers.services.people import (
    KEEP_PASSES,
    Minted,
    Registered,
    consume_pass,
    mint_pass,
    register_shopper,
    replace_token,
)

__all__ = [
    "KEEP_PASSES",
    "Minted",
    "Registered",
    "consume_pass",
    "mint_pass",
    "register_shopper",
    "replace_token",
]
