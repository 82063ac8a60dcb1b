"""Two durations, kept apart: calendar time and human work. Pure."""
