"""The doors of shoppers, one module per subject."""
