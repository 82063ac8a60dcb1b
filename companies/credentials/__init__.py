"""
Signed credentials about companies: reading and verifying what a verifier signed.

The arithmetic of signatures, DID documents and status lists is `ledger.credentials`;
here is what the credentials of companies say, and asking other domains.
"""
