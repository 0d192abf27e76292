"""Credential configurations: under which names, in which formats the documents of each type are collected.

Every type is issued in all formats of its default profile; other profiles of the catalogue are read, not issued.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook, WireType


@dataclass(frozen=True, slots=True)
class Configurations:
    """By configuration id (OpenID4VCI 1.0, section 12.2.4), in the order of the catalogue."""

    by_id: Mapping[str, tuple[Rulebook, WireType]]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Configurations":
        return cls({wire.configuration_id: (book, wire) for book in catalogue.types() for wire in _wires(book)})

    def of_type(self, type_id: str) -> tuple[str, ...]:
        """The ids under which a document of one type is collected."""
        return tuple(id_ for id_, (rulebook, _) in self.by_id.items() if rulebook.type_id == type_id)


def _wires(rulebook: Rulebook) -> tuple[WireType, ...]:
    return tuple(rulebook.profiles[rulebook.default_profile].wires.values())
