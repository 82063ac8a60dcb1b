"""Measurements: the command behind every figure that the documents quote."""
