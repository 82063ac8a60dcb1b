"""
The GS1-conformant resolver: which link answers a request, and the linkset documents.

Leaf modules. One query reads what is registered; everything else is computed from it.

Bases: GS1-Conformant Resolver 1.2.1, Digital Link URI Syntax 1.7, RFC 9264 (linkset),
RFC 4647 (languages).
"""
