"""The append-only log of what was published, which strangers can verify."""
