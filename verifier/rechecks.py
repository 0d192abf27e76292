"""Rechecks: verdicts that rest on old withdrawal data, or could not be given for want of it, are asked about again.

What is kept of such a verdict is in `vc_core.verification.recheck`, beside it the number of the document as far as the
inspector saw it, so that he knows which one it was; all of it sealed. A queue belongs to a desk: a secret that the
inspector's device makes and sends along, or else the token that reads the verdict. The queue is wiped after some days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from vc_core.verdict import Word
from vc_core.verdict_json import document_json
from vc_core.verification import Evidence, Policy
from vc_core.verification.recheck import PendingStatus, Rechecked, pending_status, recheck
from verifier.gather_evidence import GatherEvidence
from verifier.identifiers import fingerprint
from verifier.inspection_profiles import InspectionProfile
from verifier.judge_presentation import Judged
from verifier.ports import Clock

AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One verdict in the queue. id: of the verdict. desk: fingerprint of whose it is. given: the word at the time.

    word, deciding: as it stands now. document: as the role gets to see it. pending: None once the status is settled.
    """

    id: str
    desk: bytes
    given_at: datetime
    given: Word
    word: Word
    deciding: Sequence[str]
    document: Mapping[str, str]
    pending: PendingStatus | None
    rechecked_at: datetime | None = None

    @property
    def changed(self) -> bool:
        return self.word is not self.given


class RecheckQueue(Protocol):
    def add(self, queued: Queued) -> None: ...

    def of_desk(self, desk: bytes) -> Sequence[Queued]: ...

    def pending(self, limit: int) -> Sequence[Queued]:
        """Those that are not settled, the longest not rechecked first. One that cannot be read takes nobody's place."""
        ...

    def update(self, queued: Queued) -> None: ...

    def wipe(self, given_before: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRecheck:
    queue: RecheckQueue

    def __call__(self, judged: Judged, profile: InspectionProfile, *, id_: str, desk: bytes) -> None:
        """Keeps what is needed, if the status is all that is open. profile: of whoever sees the verdict."""
        verdict = judged.verdict
        pending = None if judged.parsed is None else pending_status(verdict, judged.parsed)
        if pending is None:
            return
        self.queue.add(
            Queued(
                id=id_,
                desk=desk,
                given_at=verdict.at,
                given=verdict.word,
                word=verdict.word,
                deciding=verdict.deciding,
                document=profile.document(document_json(verdict.document)),
                pending=pending,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRechecks:
    """Fetches the lists that are needed, each once, and asks again."""

    queue: RecheckQueue
    gather: GatherEvidence
    policy: Policy

    def __call__(self, now: datetime) -> None:
        self.of(self.queue.pending(AT_ONCE), now)

    def of(self, wanted: Sequence[Queued], now: datetime) -> None:
        pending = {queued.id: queued.pending for queued in wanted if queued.pending is not None}
        if not pending:
            return
        evidence = self.gather.again(tuple(pending.values()), now)
        for queued in wanted:
            if queued.pending is not None:
                self.queue.update(self._anew(queued, queued.pending, evidence, now))

    def _anew(self, queued: Queued, pending: PendingStatus, evidence: Evidence, now: datetime) -> Queued:
        found = recheck(pending, evidence, self.policy, now)
        if _worse(queued, found):
            return replace(queued, rechecked_at=now)
        return replace(
            queued,
            word=found.word,
            deciding=found.deciding,
            pending=pending if found.is_open else None,
            rechecked_at=now,
        )


def _worse(queued: Queued, found: Rechecked) -> bool:
    """No list now takes nothing away from what an older one said."""
    return found.word is Word.CANNOT_CONFIRM and queued.word is not Word.CANNOT_CONFIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRechecks:
    """The queue of one desk, for whoever has its secret."""

    queue: RecheckQueue
    run: RunRechecks
    clock: Clock

    def listed(self, desk_secret: str) -> Sequence[Queued]:
        """Those that have changed come first, and of these the withdrawn ones; then the newest."""
        return sorted(self.queue.of_desk(fingerprint(desk_secret)), key=_order)

    def rechecked(self, desk_secret: str) -> Sequence[Queued]:
        """The same after asking again about what is open."""
        self.run.of(self.queue.of_desk(fingerprint(desk_secret))[:AT_ONCE], self.clock())
        return self.listed(desk_secret)


def _order(queued: Queued) -> tuple[bool, bool, float]:
    return not queued.changed, queued.word is not Word.WITHDRAWN, -queued.given_at.timestamp()
