"""
Nutrition: Nutri-Score 2023, one step from better, and the rules of data quality. Pure.

`foods` holds what is stated, `assessing` says what follows from it.
"""
