"""The directory: which institution is competent for which type, where, and from when to when.

It is kept by the liaison body that signs the trust list, and outlives the institutions in it: a period that has ended
stays, because what was issued in it stays good. Every change is kept with who made it and when.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from cryptography import x509

from vc_core.trust import Contact, Entitlement, SchemeOperator, TrustedEntity
from vc_core.x509 import thumbprint

DEFAULT_LANGUAGE = "en"
_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{0,9}")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One period for one type; both days are inside, `issue_until` None is open.

    postcodes: what the postcodes of its district begin with; none for the whole country.
    """

    type_id: str
    issue_from: date
    issue_until: date | None = None
    postcodes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.issue_until is not None and self.issue_until < self.issue_from:
            raise ValueError("a competence ends before it begins")
        if not all(_POSTCODE.fullmatch(one) for one in self.postcodes):
            raise ValueError("a postcode has capital letters and digits")

    def covers(self, day: date) -> bool:
        return self.issue_from <= day and (self.issue_until is None or day <= self.issue_until)

    def nearness(self, postcode: str) -> int | None:
        """How exactly the district holds a postcode: letters that agree, 0 for a whole country; None if it does not."""
        if not self.postcodes:
            return 0
        return max((len(one) for one in self.postcodes if postcode.startswith(one)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntry:
    """One institution. names: by language. The certificates and addresses are those of `TrustedEntity`."""

    id: str
    names: Mapping[str, str]
    country: str
    contact: Contact
    anchors: tuple[x509.Certificate, ...]
    signers: tuple[x509.Certificate, ...] = ()
    status_anchors: tuple[x509.Certificate, ...] = ()
    status_prefixes: tuple[str, ...] = ()
    revoked: frozenset[bytes] = frozenset()
    competences: tuple[Competence, ...] = ()

    def name(self, language: str) -> str:
        """In that language, else in English, else in any."""
        return self.names.get(language) or self.names.get(DEFAULT_LANGUAGE) or next(iter(self.names.values()))

    def trusted(self) -> TrustedEntity:
        """As it stands on the trust list, where districts play no part. Raises `ValueError` if it could not."""
        by_type = groupby(
            sorted(self.competences, key=lambda one: (one.type_id, one.issue_from)), key=lambda one: one.type_id
        )
        return TrustedEntity(
            institution_id=self.id,
            name=self.name(DEFAULT_LANGUAGE),
            country=self.country,
            contact=self.contact,
            anchors=self.anchors,
            signers=self.signers,
            status_anchors=self.status_anchors,
            status_prefixes=self.status_prefixes,
            revoked=self.revoked,
            entitlements=tuple(one for type_id, periods in by_type for one in _entitlements(type_id, tuple(periods))),
        )

    def summary(self) -> dict[str, Any]:
        """What a person compares, as JSON: certificates by their thumbprints (SHA-256)."""
        return {
            "names": dict(sorted(self.names.items())),
            "country": self.country,
            "contact": {name: value for name, value in asdict(self.contact).items() if value is not None},
            "anchors": sorted(thumbprint(one).hex() for one in self.anchors),
            "signers": sorted(thumbprint(one).hex() for one in self.signers),
            "status_prefixes": sorted(self.status_prefixes),
            "revoked": sorted(one.hex() for one in self.revoked),
            "competences": [
                {
                    "competence": one.type_id,
                    "from": one.issue_from.isoformat(),
                    "to": one.issue_until and one.issue_until.isoformat(),
                    "postcodes": list(one.postcodes),
                }
                for one in sorted(self.competences, key=lambda one: (one.type_id, one.issue_from))
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChange:
    """One change of one institution. number: from 1. members: by name, what was (None if new) and what is."""

    institution_id: str
    number: int
    at: datetime
    actor: str
    members: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedList:
    """A trust list that was signed. digest: SHA-256 of its text, base64url. The last two go into the next list too."""

    sequence: int
    issued_at: datetime
    digest: str
    operator: SchemeOperator
    access_anchors: tuple[x509.Certificate, ...]


def entry_of(entity: TrustedEntity) -> DirectoryEntry:
    """An institution as a trust list has it: one name, no districts."""
    return DirectoryEntry(
        id=entity.institution_id,
        names={DEFAULT_LANGUAGE: entity.name},
        country=entity.country,
        contact=entity.contact,
        anchors=entity.anchors,
        signers=entity.signers,
        status_anchors=entity.status_anchors,
        status_prefixes=entity.status_prefixes,
        revoked=entity.revoked,
        competences=tuple(
            Competence(type_id=one.type_id, issue_from=one.issue_from, issue_until=one.issue_until)
            for one in entity.entitlements
        ),
    )


def changed_members(before: DirectoryEntry | None, after: DirectoryEntry) -> Mapping[str, tuple[Any, Any]]:
    """Empty if nothing changes."""
    was, becomes = before.summary() if before else {}, after.summary()
    return {name: (was.get(name), value) for name, value in becomes.items() if was.get(name) != value}


def overlap(competences: tuple[Competence, ...]) -> bool:
    """Whether two periods for one type share a day."""
    ordered = sorted(competences, key=lambda one: (one.type_id, one.issue_from))
    return any(
        earlier.type_id == later.type_id and (earlier.issue_until is None or later.issue_from <= earlier.issue_until)
        for earlier, later in pairwise(ordered)
    )


def _entitlements(type_id: str, periods: tuple[Competence, ...]) -> tuple[Entitlement, ...]:
    """Periods that follow one another without a day between (another district since) are one on the trust list."""
    joined: list[Entitlement] = []
    for one in periods:
        last = joined[-1] if joined else None
        if last is not None and last.issue_until is not None and last.issue_until + _DAY == one.issue_from:
            joined[-1] = Entitlement(type_id=type_id, issue_from=last.issue_from, issue_until=one.issue_until)
        else:
            joined.append(Entitlement(type_id=type_id, issue_from=one.issue_from, issue_until=one.issue_until))
    return tuple(joined)
