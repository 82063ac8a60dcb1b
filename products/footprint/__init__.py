"""The footprint of a product: stages, scores, and what does not fit. Pure."""
