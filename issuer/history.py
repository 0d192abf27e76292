"""What happened to a document, in order, and what status lists said of its copies meanwhile.

Pure: read from the document's entries in the audit log, which nobody can alter. Two times are kept apart: for which day
something holds, and since when it is known. A certificate that is withdrawn in May with effect from March was VALID on
its status list in April. What a list said is read from what was signed and ended; that a copy has expired is not.

A new kind of event is a row in `KINDS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from issuer.audit import AuditEvent
from issuer.document_facts import Period
from issuer.documents import Document, Suspended, Withdrawn


class Published(StrEnum):
    """What a verifier could have learned of a document at an instant. INVALID: of every copy. SUSPENDED: where the list
    has one bit an entry, that is INVALID there."""

    NOT_REGISTERED = "not_registered"
    NOTHING = "nothing"
    VALID = "valid"
    SUSPENDED = "suspended"
    INVALID = "invalid"


class Status(StrEnum):
    """What the institution says of a document and a day. UNKNOWN: its claims are erased, and its period with them."""

    VALID = "valid"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    ON_HOLD = "on_hold"
    OUTSIDE_PERIOD = "outside_period"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """signed: credentials ever made of the document, inspection codes too. good: those that were not ended for good.
    suspended: whether these are, for the time being."""

    signed: int = 0
    good: int = 0
    suspended: bool = False

    @property
    def published(self) -> Published:
        if not self.signed:
            return Published.NOTHING
        if not self.good:
            return Published.INVALID
        return Published.SUSPENDED if self.suspended else Published.VALID


def _none(copies: Copies) -> Copies:
    return copies


def _signed(copies: Copies) -> Copies:
    return replace(copies, signed=copies.signed + 1, good=copies.good + 1)


def _one_ended(copies: Copies) -> Copies:
    return replace(copies, good=max(0, copies.good - 1))


def _all_ended(copies: Copies) -> Copies:
    return replace(copies, good=0)


def _suspended(copies: Copies) -> Copies:
    return replace(copies, suspended=True)


def _restored(copies: Copies) -> Copies:
    return replace(copies, suspended=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """shown: which details of an entry are told. counted: those alike of one day are told as one. effect: on the
    document's copies."""

    shown: tuple[str, ...] = ()
    counted: bool = False
    effect: Callable[[Copies], Copies] = _none


KINDS: Mapping[str, Kind] = {
    AuditEvent.DOCUMENT_REGISTERED: Kind(shown=("version",)),
    AuditEvent.DOCUMENT_RELEASED: Kind(shown=("version",)),
    AuditEvent.DOCUMENT_CORRECTED: Kind(shown=("version",), effect=_all_ended),
    AuditEvent.DOCUMENT_OFFERED: Kind(counted=True),
    AuditEvent.DOCUMENT_SUSPENDED: Kind(shown=("reason",), effect=_suspended),
    AuditEvent.DOCUMENT_REINSTATED: Kind(effect=_restored),
    AuditEvent.DOCUMENT_WITHDRAWN: Kind(shown=("reason", "effective_from"), effect=_all_ended),
    AuditEvent.CREDENTIAL_SIGNED: Kind(shown=("format",), counted=True, effect=_signed),
    AuditEvent.CREDENTIAL_WITHDRAWN: Kind(shown=("reason",), counted=True, effect=_one_ended),
    AuditEvent.WALLET_NOTIFIED: Kind(shown=("report",), counted=True),
    AuditEvent.REQUEST_MADE: Kind(shown=("request", "reason")),
    AuditEvent.REQUEST_APPROVED: Kind(shown=("request", "reason")),
    AuditEvent.REQUEST_REJECTED: Kind(shown=("request", "reason")),
}
OTHER = Kind()
"""Of an event without a row it is told that it happened, when, and who did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """event: a value of `AuditEvent`. by: an actor of the audit log. until: of the last that is counted here."""

    event: str
    at: datetime
    until: datetime
    by: str
    count: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published from an instant until the next one."""

    since: datetime
    published: Published


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOn:
    """Status of a day as it is known now, and what was published when that day (UTC) ended, or up to now.

    known_since: None if the status is unknown. published: None for a day to come; published_since: None too if the
    document was not registered.
    """

    day: date
    status: Status
    known_since: datetime | None
    published: Published | None
    published_since: datetime | None


def read_happening(members: Mapping[str, Any]) -> Happening:
    """One entry of the audit log."""
    details = members["details"]
    shown = KINDS.get(members["event"], OTHER).shown
    at = datetime.fromisoformat(members["at"])
    told = {name: details[name] for name in shown if name in details}
    return Happening(event=members["event"], at=at, until=at, by=members["actor"], details=told)


def summed(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    """In order, those alike of one day as one, so that copies by the thousand make no long list."""
    listed: dict[object, Happening] = {}
    for place, one in enumerate(happenings):
        counted = KINDS.get(one.event, OTHER).counted
        key = (one.event, one.at.date(), one.by, tuple(sorted(one.details.items()))) if counted else place
        known = listed.get(key)
        listed[key] = one if known is None else replace(known, until=one.at, count=known.count + 1)
    return tuple(listed.values())


def publications(happenings: Iterable[Happening]) -> tuple[Publication, ...]:
    """Every change of what was published, in the order of the log: clocks of two processes may differ. Of what happened
    in one transaction, only how it ended was ever seen."""
    copies, states = Copies(), list[Publication]()
    for one in happenings:
        copies = KINDS.get(one.event, OTHER).effect(copies)
        since = max(one.at, states[-1].since) if states else one.at
        if states and states[-1].since == since:
            states.pop()
        states.append(Publication(since=since, published=copies.published))
    return tuple(
        one for place, one in enumerate(states) if not place or states[place - 1].published is not one.published
    )


def published_on(day: date, told: Iterable[Publication]) -> tuple[Published, datetime | None]:
    """What was published when a day (UTC) ended, and since when."""
    before = [one for one in told if one.since.date() <= day]
    return (before[-1].published, before[-1].since) if before else (Published.NOT_REGISTERED, None)


def status_on(
    day: date, document: Document, period: Period | None, on_hold: bool, happenings: Sequence[Happening]
) -> tuple[Status, datetime | None]:
    """The status of a day and since when it is known. period: days that the document covers, None if nobody knows.

    What the version in force says is known since there is that version, whatever the versions before it said. What was
    suspended and stands again is as if it had not been, which is known of those days since it was lifted.
    """
    standing = document.standing
    if isinstance(standing, Withdrawn) and day >= standing.effective_from:
        return Status.WITHDRAWN, standing.withdrawn_at
    if isinstance(standing, Suspended) and day >= standing.suspended_at.date():
        return Status.SUSPENDED, standing.suspended_at
    if on_hold:
        return Status.ON_HOLD, document.registered_at
    if period is None:
        return Status.UNKNOWN, None
    status = Status.VALID if period.start <= day <= period.end else Status.OUTSIDE_PERIOD
    return status, max(_stated(day, happenings), default=document.registered_at)


def _stated(day: date, happenings: Iterable[Happening]) -> Iterator[datetime]:
    """When the institution said something of what holds on a day."""
    suspended = False
    for one in happenings:
        if one.event == AuditEvent.DOCUMENT_SUSPENDED:
            suspended = one.at.date() <= day
        elif one.event in _STATEMENTS or (one.event == AuditEvent.DOCUMENT_REINSTATED and suspended):
            yield one.at


_STATEMENTS = {
    AuditEvent.DOCUMENT_REGISTERED.value,
    AuditEvent.DOCUMENT_RELEASED.value,
    AuditEvent.DOCUMENT_CORRECTED.value,
}
