"""Footprints: stages, Green-Score, French environmental cost, comparison. Pure."""
