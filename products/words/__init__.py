"""
What a word is, for a search: one definition for every database. Pure.

PostgreSQL and SQLite would each cut, fold and stem texts by rules of their own, and a
PostgreSQL without extensions neither folds accents nor knows trigrams. So words are
made here, the same when a sheet is indexed and when somebody asks, and a database only
finds them again: the same question has the same answer in both modes.

`folding` cuts texts into words, `stemming` brings their forms together, `lexemes` says
what is stored of a product, `asking` what is looked for, and `spelling` what somebody
meant.
"""

# Of what is stored: with other rules, every product is indexed again.
RULES = 1
