"""Whether a service can do its work: what is looked at, one thing after the other, and what was found.

Not to be confused with whether the process lives: a process that waits for its database is not to be killed, only to be
asked nothing for a while. Looks are handed in and run within a time limit, in a thread that nobody else waits for.
Whoever asks while a round is under way gets what that round finds, so that asking often costs no more than one round at
a time, and a database that does not answer holds one thread and not many.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

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


class Tell(Protocol):
    """Writes down, for the operator alone, what was found."""

    def __call__(self, *, check: str, reason: str, where: str = "", error: str = "") -> object:
        """error: kind of what happened, where looking itself failed."""
        ...


class Readiness:
    """limit: seconds after which a round is answered as far as it has got."""

    def __init__(self, probes: Sequence[Probe], *, limit: float, tell: Tell) -> None:
        self._probes, self._limit, self._tell = probes, limit, tell
        self._lock = threading.Lock()
        self._round: _Round | None = None

    def __call__(self) -> Sequence[Probed]:
        with self._lock:
            if self._round is None or self._round.over.is_set():
                self._round = _Round(self._probes, self._tell)
                threading.Thread(target=self._round.run, daemon=True).start()
            current = self._round
        current.over.wait(self._limit)
        return current.so_far()


class _Round:
    def __init__(self, probes: Sequence[Probe], tell: Tell) -> None:
        self._probes, self._tell = probes, tell
        self._found: list[Probed] = []
        self.over = threading.Event()

    def run(self) -> None:
        try:
            for probe in self._probes:
                self._found.append(self._looked(probe))
        finally:
            self.over.set()

    def so_far(self) -> Sequence[Probed]:
        """What was not reached is not checked, and what was being looked at took too long."""
        found = tuple(self._found)
        if len(found) == len(self._probes):
            return found
        slow, *behind = (probe.name for probe in self._probes[len(found) :])
        late = Probed(name=slow, outcome=Outcome.FAILED, reason=TIMEOUT)
        return (*found, late, *(Probed(name=name, outcome=Outcome.NOT_CHECKED, reason=slow) for name in behind))

    def _looked(self, probe: Probe) -> Probed:
        for needed in self._found:
            if needed.name == probe.needs and needed.outcome is not Outcome.PASSED:
                return Probed(name=probe.name, outcome=Outcome.NOT_CHECKED, reason=needed.name)
        try:
            probe.look()
        except Unready as found:
            self._tell(check=probe.name, reason=found.reason, where=found.where)
            return Probed(name=probe.name, outcome=Outcome.FAILED, reason=found.reason)
        except Exception as error:  # noqa: BLE001  whatever it is, the answer has no more than this
            self._tell(check=probe.name, reason=ERROR, error=type(error).__name__)
            return Probed(name=probe.name, outcome=Outcome.FAILED, reason=ERROR)
        return Probed(name=probe.name, outcome=Outcome.PASSED)
