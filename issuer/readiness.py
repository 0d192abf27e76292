"""Whether the service can do its work: what is looked at, one thing after the other, and what was found.

Not to be confused with whether the process lives, which `/healthz` says: a process that waits for its database is not
to be killed, only to be asked nothing for a while.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

TIMEOUT = "timeout"
"""Looking took too long."""
ERROR = "error"
"""Looking itself failed; the log says with which kind of error."""


class Unready(Exception):  # noqa: N818  what was found, not an error of the program
    """Something is not as the service needs it. reason: a code; where: whose or which, for the log only."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing to look at. look: raises `Unready`, or whatever happens. needs: the probe before it without which
    there is nothing to look at."""

    name: str
    look: Callable[[], None]
    needs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """reason: why it failed, or the probe that it could not be looked at for; empty if it passed."""

    name: str
    outcome: Outcome
    reason: str = ""
