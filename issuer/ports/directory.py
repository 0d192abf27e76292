"""The directory of competent institutions in the register."""

from datetime import date
from typing import Protocol

from issuer.directory import DirectoryChange, DirectoryEntry, PublishedList
from issuer.ports.ground import Lock


class Directory(Protocol):
    def is_empty(self) -> bool: ...

    def all(self) -> tuple[DirectoryEntry, ...]:
        """By id."""
        ...

    def find(self, institution_id: str, *, lock: Lock = Lock.NONE) -> DirectoryEntry | None: ...

    def competent(self, country: str, type_id: str, *, on: date) -> tuple[DirectoryEntry, ...]:
        """The institutions of a country that are competent for the type on that day, by id."""
        ...

    def add(self, entry: DirectoryEntry, change: DirectoryChange) -> bool:
        """A new institution, with its first change. False, and nothing written, if another transaction has added it."""
        ...

    def save(self, entry: DirectoryEntry, change: DirectoryChange) -> None:
        """Writes the entry as it is now, and the change that made it so; its institution is held."""
        ...

    def history(self, institution_id: str) -> tuple[DirectoryChange, ...]:
        """In their order."""
        ...

    def last_list(self) -> PublishedList | None:
        """The trust list with the highest sequence number."""
        ...

    def publish(self, published: PublishedList) -> bool:
        """False if a list of that sequence number was published already."""
        ...
