"""
Why a credential is not accepted. Pure.

`Refused` carries a stable code and no text: what people read is in `sentences`.
"""


class Refused(Exception):
    """
    The credential, its DID document or its status list is not accepted.

    `part` is `status_list` where it is the list's own signature or form that is wrong.
    """

    def __init__(self, code: str, *, part: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.part = part
