"""Nutrients: the Nutri-Score 2023, its one-step improvements, data quality. Pure."""
