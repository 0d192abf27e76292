"""What the use cases need from outside. `adapters` fulfils it, `app` hands it over.

The register is one database. A use case works on it in transactions: `Transactions` runs a function on the register as
it is within one, and commits what it did when it returns or nothing when it raises. A write may be run several times,
when it loses against a concurrent one; so it decides nothing outside the transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from issuer.authorizations import Asked, Authorization, Identification, Identified, Pushed, Unidentified
from issuer.credentials import Issued, Planned
from issuer.documents import Document, Withdrawn
from issuer.institutions import Institution
from issuer.notifications import Notice
from issuer.offers import Grant, Offer
from issuer.status_shards import PublishedTokens, Shard, ShardKind
from vc_core.signer import RandomBytes

__all__ = ["RandomBytes"]

_T = TypeVar("_T")

Clock = Callable[[], datetime]
"""Now, aware and UTC; a use case reads it once."""


class Lock(Enum):
    """Whether a row that is read stays as it is until the transaction ends."""

    NONE = "none"
    HELD = "held"


class Institutions(Protocol):
    def by_api_key(self, api_key: str) -> Institution | None: ...

    def by_id(self, institution_id: str) -> Institution:
        """Raises KeyError."""
        ...


class Documents(Protocol):
    def add(self, document: Document) -> bool:
        """False if the institution has a document of that type and number already."""
        ...

    def find(
        self, institution_id: str, type_id: str, document_id: str, *, lock: Lock = Lock.NONE
    ) -> Document | None: ...

    def by_id(self, document_id: str, *, lock: Lock = Lock.NONE) -> Document: ...

    def by_number(self, institution_id: str, type_id: str, number: str) -> Document | None: ...

    def of_person(self, institution_id: str, type_id: str, person_key: bytes, *, now: datetime) -> tuple[Document, ...]:
        """The person's documents in force, with the person locked: no other transaction adds one meanwhile."""
        ...

    def save_remarks(self, document: Document) -> None: ...

    def withdraw(self, document_id: str, withdrawn: Withdrawn) -> None: ...


class Registration(Protocol):
    """What came of one idempotency key."""

    @property
    def body_digest(self) -> bytes: ...

    @property
    def document_id(self) -> str: ...

    @property
    def offer_id(self) -> str: ...


class Registrations(Protocol):
    def claim(
        self,
        institution_id: str,
        idempotency_key: str,
        body_digest: bytes,
        *,
        document_id: str,
        offer_id: str,
        at: datetime,
    ) -> bool:
        """Takes the key for a document about to be registered; false if it is taken."""
        ...  # fmt: skip

    def find(self, institution_id: str, idempotency_key: str) -> Registration | None: ...


class Offers(Protocol):
    def add(self, offer: Offer) -> None: ...

    def find(self, offer_id: str) -> Offer | None: ...

    def of_document(self, document_id: str) -> tuple[Offer, ...]: ...

    def by_code(self, code_fingerprint: bytes, *, lock: Lock) -> Offer | None: ...

    def save(self, offer: Offer) -> None:
        """Writes state and failed attempts of an offer that is locked."""
        ...


class Grants(Protocol):
    def add(self, grant: Grant) -> None: ...

    def find(self, token_fingerprint: bytes) -> Grant | None: ...

    def revoke(self, token_fingerprint: bytes) -> None: ...


class Authorizations(Protocol):
    def push(self, pushed: Pushed) -> None: ...

    def find(self, fingerprint: bytes, *, lock: Lock = Lock.NONE) -> Authorization | None: ...

    def by_code(self, code_fingerprint: bytes, *, lock: Lock) -> Authorization | None: ...

    def save(self, authorization: Authorization) -> None:
        """Writes the state of one that is locked."""
        ...

    def sweep(self, *, before: datetime) -> None:
        """Forgets what expired before, with its visits."""
        ...


class Identifications(Protocol):
    def add(self, asked: Asked) -> None: ...

    def find(self, visit_id: str) -> Identification | None: ...

    def close(self, outcome: Identified | Unidentified) -> bool:
        """False if the visit has an outcome already."""
        ...


class Subjects(Protocol):
    """Which documents may be about a person: found by birth date, to be compared one by one."""

    def add(self, document: Document, birth_key: bytes) -> None: ...

    def in_force(self, type_id: str, birth_key: bytes) -> tuple[Document, ...]: ...


class Credentials(Protocol):
    def plan(self, planned: Planned) -> bool:
        """Writes the plan down; false if the offer has given out this configuration before."""
        ...

    def issue(self, issued: Issued) -> None: ...

    def of_document(self, document_id: str) -> tuple[Issued, ...]: ...

    def invalidate(self, document_id: str) -> tuple[str, ...]:
        """Sets every credential of a document INVALID; the ids of the shards concerned, sorted."""
        ...


class Shards(Protocol):
    def add(self, shard: Shard) -> bool:
        """False if another transaction added the shard of that kind and number first."""
        ...

    def newest(self, kind: ShardKind) -> Shard | None: ...

    def find(self, shard_id: str) -> Shard | None: ...

    def take(self, shard: Shard) -> int | None:
        """The next value of the shard's counter, from 0, given out once; None if the shard is full."""
        ...

    def values(self, shard_id: str) -> Sequence[tuple[int, int]]:
        """Index and value of every entry that is not VALID."""
        ...

    def tokens(self, shard_id: str, *, lock: Lock = Lock.NONE) -> PublishedTokens | None: ...

    def publish(self, tokens: PublishedTokens) -> None:
        """Puts the tokens in the place of the shard's former ones."""
        ...

    def published(self) -> tuple[str, ...]:
        """The ids of all shards that have tokens."""
        ...


class Notices(Protocol):
    """What wallets report of credentials."""

    def expect(self, notice: Notice) -> None: ...

    def find(self, fingerprint: bytes) -> Notice | None: ...

    def save(self, notice: Notice) -> None:
        """Writes what was reported."""
        ...


class SpentOnce(Protocol):
    def spend(self, what: bytes, *, until: datetime, now: datetime) -> bool:
        """Marks a fingerprint as used, to be forgotten after `until`; false if it was used before."""
        ...


class Register(Protocol):
    """The register within one transaction."""

    @property
    def documents(self) -> Documents: ...

    @property
    def registrations(self) -> Registrations: ...

    @property
    def offers(self) -> Offers: ...

    @property
    def grants(self) -> Grants: ...

    @property
    def authorizations(self) -> Authorizations: ...

    @property
    def identifications(self) -> Identifications: ...

    @property
    def subjects(self) -> Subjects: ...

    @property
    def credentials(self) -> Credentials: ...

    @property
    def shards(self) -> Shards: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def spent(self) -> SpentOnce: ...


class Transactions(Protocol):
    def read(self, work: Callable[[Register], _T]) -> _T: ...

    def write(self, work: Callable[[Register], _T]) -> _T:
        """Runs `work` in a transaction that commits when it returns; again from the start if it lost a race."""
        ...
