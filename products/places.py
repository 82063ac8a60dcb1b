"""Where a product is made: roles, shares, and what an origin claim needs. Pure."""
