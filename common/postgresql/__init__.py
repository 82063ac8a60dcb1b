"""Django's way to PostgreSQL, which looks at a kept connection without a question."""
