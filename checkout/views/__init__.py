"""The doors of the till and of the phone, by subject."""
