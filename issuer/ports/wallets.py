"""What the register knows of wallets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from issuer.authorizations import Asked, Authorization, Identification, Identified, Pushed, Unidentified
from issuer.deferrals import Deferral
from issuer.notifications import Notice
from issuer.offers import Grant, Offer
from issuer.ports.ground import Lock
from issuer.refreshes import RefreshToken


class Offers(Protocol):
    def add(self, offer: Offer) -> None: ...

    def find(self, offer_id: str) -> Offer | None: ...

    def of_document(self, document_id: str) -> tuple[Offer, ...]: ...

    def by_code(self, code_fingerprint: bytes, *, lock: Lock) -> Offer | None: ...

    def save(self, offer: Offer) -> None:
        """Writes state and failed attempts of an offer that is locked."""
        ...


class Bundles(Protocol):
    """Offers that stand for several documents, each by an offer of its own that nobody redeems."""

    def add(self, bundle_id: str, members: Sequence[Offer]) -> None: ...

    def members(self, bundle_id: str) -> tuple[Offer, ...]:
        """None for an offer of one document."""
        ...

    def member(self, bundle_id: str, offer_id: str) -> Offer | None: ...


class Grants(Protocol):
    def add(self, grant: Grant) -> None: ...

    def find(self, token_fingerprint: bytes) -> Grant | None: ...

    def revoke_family(self, family: bytes) -> None: ...


class RefreshTokens(Protocol):
    def add(self, added: RefreshToken) -> None: ...

    def find(self, fingerprint: bytes, *, lock: Lock = Lock.NONE) -> RefreshToken | None: ...

    def use(self, fingerprint: bytes) -> None:
        """Marks one that is locked as used."""
        ...

    def end_family(self, family: bytes) -> None: ...

    def sweep(self, *, before: datetime) -> None:
        """Forgets what expired before."""
        ...


class Holds(Protocol):
    """Documents that no credential is made of yet."""

    def put(self, document_id: str, *, at: datetime) -> None: ...

    def is_on(self, document_id: str) -> bool: ...

    def lift(self, document_id: str) -> bool:
        """False if the document was not on hold."""
        ...


class Deferrals(Protocol):
    def add(self, added: Deferral) -> bool:
        """False if one waits already for the same configuration of the same offer."""
        ...

    def find(self, fingerprint: bytes, *, lock: Lock) -> Deferral | None: ...

    def end(self, fingerprint: bytes) -> None: ...

    def sweep(self, *, before: datetime) -> None:
        """Forgets what was asked for before."""
        ...


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
