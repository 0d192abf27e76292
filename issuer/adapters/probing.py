"""Looks at what the service needs, within a time limit, in a thread that nobody else waits for.

Whoever asks while a round is under way gets what that round finds, so that asking often costs no more than one round at
a time, and a database that does not answer holds one thread and not many.
"""

import threading
from collections.abc import Sequence

import structlog

from issuer.readiness import ERROR, TIMEOUT, Outcome, Probe, Probed, Unready

_log = structlog.get_logger()


class Readiness:
    """limit: seconds after which a round is answered as far as it has got."""

    def __init__(self, probes: Sequence[Probe], *, limit: float) -> None:
        self._probes, self._limit = probes, limit
        self._lock = threading.Lock()
        self._round: _Round | None = None

    def __call__(self) -> Sequence[Probed]:
        with self._lock:
            if self._round is None or self._round.over.is_set():
                self._round = _Round(self._probes)
                threading.Thread(target=self._round.run, daemon=True).start()
            current = self._round
        current.over.wait(self._limit)
        return current.so_far()


class _Round:
    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = probes
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
            _log.warning("not_ready", check=probe.name, reason=found.reason, where=found.where)
            return Probed(name=probe.name, outcome=Outcome.FAILED, reason=found.reason)
        except Exception as error:  # noqa: BLE001  whatever it is, the answer has no more than this
            _log.warning("not_ready", check=probe.name, reason=ERROR, error=type(error).__name__)
            return Probed(name=probe.name, outcome=Outcome.FAILED, reason=ERROR)
        return Probed(name=probe.name, outcome=Outcome.PASSED)
