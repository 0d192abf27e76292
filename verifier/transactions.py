"""A presentation transaction: one request to a wallet, and how far it has come. One class per state.

    Created -> Fetched -> Answered        the response was processed, whatever its verdicts say
                       -> Refused         the holder declined, or the response failed a check that refuses it
    Created, Fetched   -> Expired

The key that a response is encrypted to exists only while an answer may still come (HAIP 1.0, section 5: one ephemeral
key per request). Moves are functions that take the instant of the move; that a move happens once is the database's
task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, TypeAlias, assert_never

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core.authorization_request import RequestUriMethod, ResponseMode
from vc_core.dc_api import DcApiMode


class Flow(StrEnum):
    """Where the wallet is: another device that scans a code, or the one whose browser began (HAIP 1.0, section 5.1)."""

    CROSS_DEVICE = "cross_device"
    SAME_DEVICE = "same_device"


class Step(IntEnum):
    """What happens to a transaction, in the order in which it can; each at most once, so the number names the event."""

    CREATED = 1
    FETCHED = 2
    RECEIVED = 3
    VERIFIED = 4
    REFUSED = 5
    EXPIRED = 6

    @property
    def closes(self) -> bool:
        """Nothing comes after it."""
        return self in (Step.VERIFIED, Step.REFUSED, Step.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a transaction's log (`log`): what happened and when, and nothing of the person."""

    step: Step
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked, fixed when the request was made.

    query: the DCQL query as sent. expectation: what the answer is judged against, as its JSON. token_fingerprint:
    SHA-256 of the token that reads the result. transaction_data: what the holder is to agree to, as sent. origins: of
    the pages that the answer may come through; empty where a wallet posts it. flow: whether the wallet is on the device
    of the browser that began. identified_by: type of the identity document asked beside the document. desk: hexadecimal
    fingerprint of whose queue a recheck goes into; None for that of the read token.
    """

    id: str
    created_at: datetime
    expires_at: datetime
    type_id: str
    profile: str
    client_id: str
    response_uri: str
    response_mode: ResponseMode | DcApiMode
    request_uri_method: RequestUriMethod
    nonce: str
    state: str
    query: Mapping[str, Any]
    expectation: Mapping[str, Any]
    token_fingerprint: bytes
    transaction_data: Sequence[str] = ()
    origins: Sequence[str] = ()
    flow: Flow = Flow.CROSS_DEVICE
    identified_by: str | None = None
    desk: str | None = None

    @property
    def recheck_desk(self) -> bytes:
        return self.token_fingerprint if self.desk is None else bytes.fromhex(self.desk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """No wallet has fetched the request yet. encryption_key: None where the response travels in the clear."""

    name: ClassVar[str] = "created"
    terms: Terms
    encryption_key: ec.EllipticCurvePrivateKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A wallet has the request; it may fetch it again."""

    name: ClassVar[str] = "fetched"
    terms: Terms
    encryption_key: ec.EllipticCurvePrivateKey | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """response_code: fingerprint of the code with which the holder's browser comes back; None where none does."""

    name: ClassVar[str] = "answered"
    terms: Terms
    fetched_at: datetime
    answered_at: datetime
    response_code: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """error: code of the wallet's error response, or `invalid_request` with the check that refused its response.

    response_code: as in `Answered`.
    """

    name: ClassVar[str] = "refused"
    terms: Terms
    fetched_at: datetime
    refused_at: datetime
    error: str
    check: str | None
    response_code: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """fetched_at: None if no wallet ever fetched the request."""

    name: ClassVar[str] = "expired"
    terms: Terms
    fetched_at: datetime | None
    expired_at: datetime


Open: TypeAlias = Created | Fetched
Closed: TypeAlias = Answered | Refused | Expired
Transaction: TypeAlias = Open | Closed


def fetch(open_: Open, *, at: datetime) -> Fetched:
    """The first fetch counts; a wallet may fetch the request object twice (OpenID4VP 1.0, section 5.10)."""
    if isinstance(open_, Fetched):
        return open_
    return Fetched(terms=open_.terms, encryption_key=open_.encryption_key, fetched_at=at)


def answer(fetched: Fetched, *, at: datetime) -> Answered:
    return Answered(terms=fetched.terms, fetched_at=fetched.fetched_at, answered_at=at)


def decline(fetched: Fetched, *, error: str, at: datetime) -> Refused:
    """The wallet answered with an error (OpenID4VP 1.0, section 8.5)."""
    return Refused(terms=fetched.terms, fetched_at=fetched.fetched_at, refused_at=at, error=error, check=None)


def refuse(fetched: Fetched, *, check: str, at: datetime) -> Refused:
    return Refused(
        terms=fetched.terms, fetched_at=fetched.fetched_at, refused_at=at, error="invalid_request", check=check
    )


def expire(open_: Open) -> Expired:
    fetched_at = open_.fetched_at if isinstance(open_, Fetched) else None
    return Expired(terms=open_.terms, fetched_at=fetched_at, expired_at=open_.terms.expires_at)


def as_of(transaction: Transaction, now: datetime) -> Transaction:
    """The transaction at an instant: an open one whose time has passed is expired, written down or not."""
    if isinstance(transaction, (Created, Fetched)) and now >= transaction.terms.expires_at:
        return expire(transaction)
    return transaction


def log(transaction: Transaction) -> tuple[Event, ...]:
    """What happened to it until now, in order."""
    made = Event(step=Step.CREATED, at=transaction.terms.created_at)
    match transaction:
        case Created():
            return (made,)
        case Fetched(fetched_at=fetched_at):
            return made, *_fetched(fetched_at)
        case Answered(fetched_at=fetched_at, answered_at=at):
            return made, *_fetched(fetched_at), Event(step=Step.RECEIVED, at=at), Event(step=Step.VERIFIED, at=at)
        case Refused(fetched_at=fetched_at, refused_at=at):
            return made, *_fetched(fetched_at), Event(step=Step.RECEIVED, at=at), Event(step=Step.REFUSED, at=at)
        case Expired(fetched_at=fetched_at, expired_at=at):
            return made, *_fetched(fetched_at), Event(step=Step.EXPIRED, at=at)
        case other:
            assert_never(other)


def _fetched(at: datetime | None) -> tuple[Event, ...]:
    return () if at is None else (Event(step=Step.FETCHED, at=at),)
