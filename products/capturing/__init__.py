"""
EPCIS documents that come in: kept, checked, recorded.

A leaf package: the service asks for it, the tasks do it.
"""
