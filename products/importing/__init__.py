"""
Products that come in by file: a community's dump, or the table of a company.

A leaf package: the service asks for it, the tasks and the command do it.
"""
