"""Several trust lists side by side: each by its own operator, each believed only about the countries it may speak for.

One list per State or scheme is the rule in Europe; whoever relies on several pins each operator. A list that could not
be had, or not be believed, is a value here and takes nothing from the others. Every entry is used as it stands on its
list: nothing is put together from two lists, except what speaks against a certificate (revoked on one of them, or its
key given to another institution). Left out: lists of lists (TS 119 602, clause 6.3.13), whose pointers would choose
operators that nobody here has pinned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from cryptography import x509

from vc_core.trust.entities import TrustedEntity, TrustList
from vc_core.x509 import organization_identifier, thumbprint

_ISO = {"EL": "GR", "UK": "GB"}
"""How institution ids spell two States (EESSI), and how the rest of the world does (ISO 3166-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustUnavailable:
    """Why there is no trust list: the reason code of its rejection, or of the failed fetch."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultedList:
    """One list that a reader goes by.

    name: what the reader calls it; empty where there is only one. territories: the countries whose institutions it may
    list (ISO 3166-1 alpha-2); none means any. published: the list as it was signed. content: what of it counts, that is
    without the institutions of other countries, whose ids are in `outside`.
    """

    name: str = ""
    territories: frozenset[str] = frozenset()
    published: TrustList | TrustUnavailable
    content: TrustList | TrustUnavailable = field(init=False, repr=False, compare=False)
    outside: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        content, outside = self.published, frozenset[str]()
        if self.territories and isinstance(content, TrustList):
            outside = frozenset(entity.institution_id for entity in content.entities if not self._may_list(entity))
            content = replace(content, entities=tuple(filter(self._may_list, content.entities)))
        object.__setattr__(self, "content", content)
        object.__setattr__(self, "outside", outside)

    def speaks_for(self, state: str) -> bool:
        """state: alpha-2, or as the beginning of an institution id spells it."""
        return not self.territories or _ISO.get(state, state) in self.territories

    def _may_list(self, entity: TrustedEntity) -> bool:
        return self.speaks_for(entity.country) and self.speaks_for(_state(entity.institution_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """An institution as one list has it."""

    source: ConsultedList
    listed: TrustList
    entity: TrustedEntity

    def permits_status_uri(self, uri: str) -> bool:
        return self.listed.permits_status_uri(self.entity, uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLists:
    """All lists that a reader goes by, in the order of his preference; no two of one name."""

    lists: tuple[ConsultedList, ...]

    def __post_init__(self) -> None:
        if not self.lists or len({one.name for one in self.lists}) < len(self.lists):
            raise ValueError("there is a list, and no two of one name")

    @staticmethod
    def of(trust: "Trust") -> "TrustLists":
        return trust if isinstance(trust, TrustLists) else TrustLists(lists=(ConsultedList(published=trust),))

    def at_hand(self) -> Iterator[tuple[ConsultedList, TrustList]]:
        for one in self.lists:
            if isinstance(one.content, TrustList):
                yield one, one.content

    def all_entries(self) -> Iterator[ListEntry]:
        for one, listed in self.at_hand():
            for entity in listed.entities:
                yield ListEntry(source=one, listed=listed, entity=entity)

    def entries(self, institution_id: str) -> tuple[ListEntry, ...]:
        """The institution on each list that has it."""
        return tuple(
            ListEntry(source=one, listed=listed, entity=entity)
            for one, listed in self.at_hand()
            if (entity := listed.entity(institution_id)) is not None
        )

    def entries_for(self, leaf: x509.Certificate) -> tuple[ListEntry, ...]:
        """Whom the certificate names, on each list that has him; nobody once one of them has revoked it.

        The name is only a claim until the chain leads to that entry's anchors (`x509.require_path`).
        Rejects with `certificate_malformed`.
        """
        found = self.entries(organization_identifier(leaf) or "")
        return () if _revoked(leaf, found) else found

    def certificate(self, key_id: bytes) -> x509.Certificate | None:
        """As `TrustList.certificate`: None unless the lists together know just one."""
        found = [one for _, listed in self.at_hand() if (one := listed.certificate(key_id)) is not None]
        return found[0] if found and all(one == found[0] for one in found[1:]) else None

    def revokes(self, leaf: x509.Certificate) -> bool:
        return _revoked(leaf, self.entries(organization_identifier(leaf) or ""))

    def refusing(self, leaf: x509.Certificate) -> tuple[ConsultedList, ...]:
        """Lists that name whom the certificate names, and may not."""
        institution_id = organization_identifier(leaf)
        return tuple(one for one in self.lists if institution_id in one.outside)

    def sharing(self, leaf: x509.Certificate) -> tuple[ListEntry, ...]:
        """Entries by which a list without whom this certificate names gives its key to somebody else.

        Who signed is then anybody's guess, since not every format signs the chain that it carries. Institutions that
        share a key on one and the same list are its operator's business.
        """
        own = organization_identifier(leaf) or ""
        return tuple(
            ListEntry(source=one, listed=listed, entity=owner)
            for one, listed in self.at_hand()
            if listed.entity(own) is None
            for owner in listed.institutions_of_key(leaf)
        )

    def missing(self, leaf: x509.Certificate | None) -> tuple[ConsultedList, ...]:
        """Lists that are not at hand, and on which the institution that the certificate names may stand."""
        absent = tuple(one for one in self.lists if isinstance(one.content, TrustUnavailable))
        named = None if leaf is None else organization_identifier(leaf)
        if named is None or len(absent) == len(self.lists):
            return absent
        return tuple(one for one in absent if one.speaks_for(_state(named)))


Trust: TypeAlias = TrustLists | TrustList | TrustUnavailable
"""One list is the simple case of several."""


def _revoked(leaf: x509.Certificate, entries: Sequence[ListEntry]) -> bool:
    return any(entry.entity.revoked and thumbprint(leaf) in entry.entity.revoked for entry in entries)


def _state(institution_id: str) -> str:
    return institution_id[:2]
