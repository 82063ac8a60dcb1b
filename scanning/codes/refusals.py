"""Why a code is refused. Pure."""


class InvalidCode(ValueError):
    """
    A code breaks a rule of its standard.

    `reason` is a stable word for programs: `check_digit`, `date`, `length`, `charset`,
    `value`, `ai`, `mutex`, `requires NN`, `order`, `attribute in path`, `qualifier of
    another key`, `qualifier in query`, `duplicate`, `235 mixed`, `odd segments`,
    `not numeric`, `no key`. `expected_check` is the check digit that would have been
    right. `detail` is for whoever reads a log, in English.
    """

    def __init__(
        self, reason: str, detail: str = "", *, expected_check: str | None = None
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.expected_check = expected_check
