"""
Signed credentials: reading and verifying what a verifier signed elsewhere.

The profile is UNTP's and nothing else: a W3C credential 2.0 as compact JSON-LD, signed
as one JWS (`vc+jwt`), its keys in a did:web document, revoked by a bitstring status
list. Everything but `sentences` and `fetching` is arithmetic, without Django or
network.
"""
