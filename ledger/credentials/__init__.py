"""
Signed credentials, whoever signs and whatever they say: arithmetic alone.

The profile is UNTP's and nothing else: a W3C credential 2.0 as compact JSON-LD, signed
as one JWS (`vc+jwt`), its keys in a did:web document, revoked by a bitstring status
list. No Django, no network, no clock.
"""
