"""What may change in this room, one module per flow."""

from shoppers.forgetting import KEEP_PASSES
from shoppers.services.passes import Consumed, consume
from shoppers.services.people import (
    Minted,
    Registered,
    mint_pass,
    register_shopper,
    replace_token,
)

__all__ = [
    "KEEP_PASSES",
    "Consumed",
    "Minted",
    "Registered",
    "consume",
    "mint_pass",
    "register_shopper",
    "replace_token",
]
