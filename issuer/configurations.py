"""Credential configurations: under which names, in which formats the documents of each type are collected.

Every type is issued in all formats of its default profile; other profiles of the catalogue are read, not issued. Where
the rulebook lets a credential be bound to no key and the format can do that, there is a second configuration for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vc_core.catalogue import Catalogue
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.rulebook import BindingMode, Rulebook, WireType

UNBOUND = "_unbound"
"""What stands behind the id of a configuration whose credentials are bound to no key."""


class Configuration(NamedTuple):
    """bindings: of the documents that are collected under it."""

    rulebook: Rulebook
    wire: WireType
    bindings: frozenset[BindingMode]

    @property
    def key_bound(self) -> bool:
        return BindingMode.KEY in self.bindings


@dataclass(frozen=True, slots=True)
class Configurations:
    """By configuration id (OpenID4VCI 1.0, section 12.2.4), in the order of the catalogue."""

    by_id: Mapping[str, Configuration]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Configurations":
        found: dict[str, Configuration] = {}
        for rulebook in catalogue.types():
            for wire in rulebook.profiles[rulebook.default_profile].wires.values():
                possible = WALLET_FORMATS[wire.format_id].bindings & frozenset(rulebook.bindings)
                to_key = possible & {BindingMode.KEY}
                for id_, bindings in (
                    (wire.configuration_id, to_key),
                    (wire.configuration_id + UNBOUND, possible - to_key),
                ):
                    if bindings:
                        found[id_] = Configuration(rulebook, wire, bindings)
        return cls(found)

    def of_document(self, type_id: str, binding: BindingMode) -> tuple[str, ...]:
        """The ids under which a document of one type and binding is collected."""
        return tuple(
            id_ for id_, one in self.by_id.items() if one.rulebook.type_id == type_id and binding in one.bindings
        )
