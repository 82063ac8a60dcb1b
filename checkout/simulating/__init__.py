"""
A till and a phone that are programs: to try a payment, and to put a load on a server.

Pure: the standard library, and `cryptography` through `common.signing`. `lines` speaks
HTTP; `till` and `phone` act as the two devices do, thousands of them in one loop as
`AsyncTill` and `AsyncPhone`, or one at a time; `misbehaving` does what a till must not.
"""
