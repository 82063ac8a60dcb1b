"""Other forms of a published sheet: lite, JSON-LD, UNTP passport. Pure."""
