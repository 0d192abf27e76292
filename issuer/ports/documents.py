"""Documents in the register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from issuer.documents import Document, Suspended, Withdrawn
from issuer.ports.ground import Lock
from issuer.subjects import Subject


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
        """The person's documents in force, and suspended ones, which may come back into force. The person is locked:
        no other transaction adds one meanwhile."""
        ...

    def save_remarks(self, document: Document) -> None: ...

    def correct(self, document: Document) -> None:
        """Writes claims, version, and what follows from them."""
        ...

    def suspend(self, document_id: str, suspended: Suspended) -> None: ...

    def lift(self, document_id: str) -> None:
        """Has a suspended document in force again."""
        ...

    def withdraw(self, document_id: str, withdrawn: Withdrawn) -> None:
        """In place of a suspension if there was one."""
        ...

    def not_erased(self, type_id: str, *, registered_before: datetime, after: str, limit: int) -> tuple[Document, ...]:
        """Documents of all institutions that have their claims still, by id, those behind `after`."""
        ...

    def erase(self, document: Document, *, at: datetime) -> None:
        """Takes away what says something of the person: claims, number, remarks, reference of the case (in decided
        requests for its withdrawal too, and of a suspension), what the person is found by, the digest of the request
        and the text of the inspection code."""
        ...


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


class Subjects(Protocol):
    """What documents are found by. Those that may be about a person: by birth date, to be compared one by one."""

    def add(self, document: Document, subject: Subject) -> None: ...

    def move(self, document: Document, subject: Subject) -> None:
        """Has it found by what it says now."""
        ...

    def in_force(self, type_id: str, birth_key: bytes) -> tuple[Document, ...]: ...

    def all_read(self, type_id: str) -> bool:
        """Whether officers find all documents of the type by what they say."""
        ...

    def unread(self, type_id: str, *, after: str, limit: int) -> tuple[Document, ...]:
        """Documents of all institutions that are not found so yet, by id, those behind `after`. They are held. Of
        the first so many, those that another transaction holds are left out."""
        ...

    def fill(self, read: Sequence[tuple[Document, Subject]]) -> None:
        """Has documents found by what they say. The birth date is known already."""
        ...
