"""The till in the back office."""
