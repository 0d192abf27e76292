"""The audit log: what happened, in one chain of entries for each institution.

An entry is a line of JSON, compact and with sorted members: sequence, instant, institution, actor, event, document,
details. Its hash covers the hash before it, so that an entry cannot be altered, removed or moved without breaking every
hash behind it; signed heads (`audit_heads`) hold the end of the chain fast. Entries hold identifiers and digests, never
claims or other personal data, and stay when claims are erased.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NewType

import orjson
from cryptography.x509 import Certificate

from issuer.documents import Document
from vc_core import base64url, jose, strict_json
from vc_core.certificate import public_key, remembered, thumbprint

MAX_ENTRY_BYTES = 16 * 1024
GENESIS = bytes(32)
"""What the first entry's hash covers in place of one before it."""

Actor = NewType("Actor", str)
"""Who did it: one of those below, or an officer."""

INSTITUTION = Actor("institution")
"""An institution that sent a file of documents; in older entries, any of its officers."""
HOLDER = Actor("holder")
"""A wallet, with what an offer or an authorization gave it."""
SYSTEM = Actor("system")
"""This program by itself, or whoever runs its commands."""


_OFFICER = "officer:"


def officer(officer_id: str) -> Actor:
    return Actor(f"{_OFFICER}{officer_id}")


def officer_id_of(actor: str) -> str | None:
    """The id of the officer that an entry names as its actor; None if it is none."""
    return actor.removeprefix(_OFFICER) if actor.startswith(_OFFICER) else None


class AuditEvent(StrEnum):
    """What can happen. Never renamed: entries of ten years ago are read too."""

    DOCUMENT_REGISTERED = "document.registered"
    DOCUMENT_RELEASED = "document.released"
    DOCUMENT_CORRECTED = "document.corrected"
    DOCUMENT_OFFERED = "document.offered"
    DOCUMENT_SUSPENDED = "document.suspended"
    DOCUMENT_REINSTATED = "document.reinstated"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    CREDENTIAL_SIGNED = "credential.signed"
    CREDENTIAL_WITHDRAWN = "credential.withdrawn"
    WALLET_NOTIFIED = "wallet.notified"
    REQUEST_MADE = "request.made"
    REQUEST_APPROVED = "request.approved"
    REQUEST_REJECTED = "request.rejected"
    CLAIMS_ERASED = "claims.erased"
    KEY_MADE = "key.made"
    KEY_RETIRED = "key.retired"
    KEY_COMPROMISED = "key.compromised"


Detail = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """Something to be logged. at: aware, UTC. details: identifiers, digests (base64url), codes; no personal data."""

    institution_id: str
    event: AuditEvent
    at: datetime
    document_id: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, event: AuditEvent, *, at: datetime, details: Mapping[str, Detail]) -> "LogEvent":
        """Something that happened to a document."""
        return cls(
            institution_id=document.institution_id, event=event, at=at, document_id=document.id, details=details
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The end of a chain: number and hash of its last entry; 0 and GENESIS before the first."""

    sequence: int
    hash: bytes


START = Position(sequence=0, hash=GENESIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """One entry as it lies in the database, unverified. content: the canonical bytes."""

    institution_id: str
    sequence: int
    document_id: str | None
    content: bytes
    hash: bytes

    def members(self) -> dict[str, Any]:
        """Rejects as `strict_json.parse_object`."""
        return strict_json.parse_object(self.content, max_bytes=MAX_ENTRY_BYTES)


def link(before: bytes, content: bytes) -> bytes:
    """The hash of an entry: SHA-256 of the hash before it (32 bytes) and its own bytes."""
    return hashlib.sha256(before + content).digest()


def chained(end: Position, events: Iterable[LogEvent], actor: Actor) -> Iterator[StoredEntry]:
    """The events of one institution as the entries that follow the end of its chain."""
    sequence, last = end.sequence, end.hash
    for event in events:
        sequence += 1
        content = _content(event, sequence, actor)
        last = link(last, content)
        yield StoredEntry(
            institution_id=event.institution_id,
            sequence=sequence,
            document_id=event.document_id,
            content=content,
            hash=last,
        )


@remembered
def key_id(certificate: Certificate) -> str:
    """What names the key of a certificate: its thumbprint (RFC 7638) as base64url."""
    return base64url.encode(jose.jwk_thumbprint(jose.jwk_from_public_key(public_key(certificate))))


@remembered
def certificate_digest(certificate: Certificate) -> str:
    """SHA-256 of the certificate (DER) as base64url."""
    return base64url.encode(thumbprint(certificate))


def _content(event: LogEvent, sequence: int, actor: Actor) -> bytes:
    content = orjson.dumps(
        {
            "actor": actor,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "details": dict(event.details),
            "document": event.document_id,
            "event": event.event.value,
            "institution": event.institution_id,
            "sequence": sequence,
        },
        option=orjson.OPT_SORT_KEYS,
    )
    if len(content) > MAX_ENTRY_BYTES:
        raise ValueError(f"an audit entry of {len(content)} bytes")
    return content
