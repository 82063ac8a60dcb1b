"""EPCIS 2.0 events: read, checked, hashed, and walked into a journey. Pure."""
