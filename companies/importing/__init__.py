"""
Statements that come in by file, and go out: the work behind an import.

A leaf package: the service asks for it, the tasks do it.
"""
