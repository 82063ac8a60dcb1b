"""What comes in and goes out, one module per subject."""
