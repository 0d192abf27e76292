"""What is raised when a credential, token or message from a peer breaks a rule of its specification.

Every parser and every verifying function of the core raises `Rejection` and nothing else on bad input. The shell and
the formats turn it into a check (`checks`) or into a protocol error; nobody branches on its text.
"""

from collections.abc import Mapping

Evidence = str | int | bool | None


class Rejection(Exception):  # noqa: N818  a rejection is a judgement on input, not an error of the program
    """One rule broken by the input.

    reason: stable snake_case code naming the rule broken (`digest_repeated`), never renamed or reused.
    where: which part of the input, as a JSON pointer or a field path; empty when it is the whole.
    section: the clause broken, as `RFC 9901, section 7.1`.
    evidence: small typed facts (expected and actual digest, a limit, an instant); never claim values.
    """

    def __init__(
        self, reason: str, *, where: str = "", section: str = "", evidence: Mapping[str, Evidence] | None = None
    ) -> None:
        self.reason = reason
        self.where = where
        self.section = section
        self.evidence: Mapping[str, Evidence] = dict(evidence or {})
        super().__init__(reason, where, section)

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        clause = f" ({self.section})" if self.section else ""
        return f"{self.reason}{place}{clause}"
