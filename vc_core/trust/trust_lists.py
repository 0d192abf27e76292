"""Several trust lists side by side: each by its own operator, each believed only within the scope that it is given.

One list per State or scheme is the rule in Europe; whoever relies on several pins each operator. A list that could not
be had, or not be believed, is a value here and takes nothing from the others. Every entry is used as it stands on its
list: nothing is put together from two lists, except what speaks against a certificate (revoked on one of them, or its
key given to another institution). Left out: lists of lists (TS 119 602, clause 6.3.13), whose pointers would choose
operators that nobody here has pinned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from cryptography import x509

from vc_core.trust.entities import TrustedEntity, TrustList
from vc_core.x509 import organization_identifier, thumbprint

OTHER_TERRITORY = "issuer_of_other_territory"
OTHER_TYPE = "issuer_of_other_type"

_ISO = {"EL": "GR", "UK": "GB"}
"""How institution ids (EESSI) and people in Europe spell two States, and how ISO 3166-1 does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustUnavailable:
    """Why there is no trust list: the reason code of its rejection, or of the failed fetch."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultedList:
    """One list that a reader goes by.

    name: what the reader calls it; empty where there is only one. territories: the countries whose institutions it may
    list (ISO 3166-1 alpha-2; EL and UK are understood, and told as GR and GB); none means any. types: the credential
    types that it may entitle to; none means any.
    published: the list as it was signed. content: what of it counts, that is without entitlements to other types and
    institutions of other countries. outside: the ids of the institutions that do not count at all, with the reason.
    """

    name: str = ""
    territories: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    published: TrustList | TrustUnavailable
    content: TrustList | TrustUnavailable = field(init=False, repr=False, compare=False)
    outside: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "territories", frozenset(_ISO.get(one, one) for one in self.territories))
        content, outside = self.published, dict[str, str]()
        if (self.territories or self.types) and isinstance(content, TrustList):
            scoped = {entity.institution_id: self._scoped(entity) for entity in content.entities}
            outside = {id_: found for id_, found in scoped.items() if isinstance(found, str)}
            content = replace(content, entities=tuple(one for one in scoped.values() if isinstance(one, TrustedEntity)))
        object.__setattr__(self, "content", content)
        object.__setattr__(self, "outside", MappingProxyType(outside))

    def speaks_for(self, state: str) -> bool:
        """state: alpha-2, or as the beginning of an institution id spells it."""
        return not self.territories or _ISO.get(state, state) in self.territories

    def entitles_to(self, type_id: str) -> bool:
        return not self.types or type_id in self.types

    def _scoped(self, entity: TrustedEntity) -> TrustedEntity | str:
        """What counts of an entry, or the reason why nothing does."""
        if not (self.speaks_for(entity.country) and self.speaks_for(_state(entity.institution_id))):
            return OTHER_TERRITORY
        own = tuple(one for one in entity.entitlements if self.entitles_to(one.type_id))
        if len(own) == len(entity.entitlements):
            return entity
        return replace(entity, entitlements=own) if own else OTHER_TYPE


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
        """As `TrustList.certificates`: None unless the lists together know just one."""
        found = {digest: one for _, listed in self.at_hand() for digest, one in listed.certificates(key_id).items()}
        return next(iter(found.values())) if len(found) == 1 else None

    def revokes(self, leaf: x509.Certificate) -> bool:
        return _revoked(leaf, self.entries(organization_identifier(leaf) or ""))

    def refusing(self, leaf: x509.Certificate) -> tuple[tuple[ConsultedList, str], ...]:
        """Lists that name whom the certificate names and may not, with the reason."""
        institution_id = organization_identifier(leaf) or ""
        return tuple((one, one.outside[institution_id]) for one in self.lists if institution_id in one.outside)

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

    def missing(self, leaf: x509.Certificate | None, type_id: str | None = None) -> tuple[ConsultedList, ...]:
        """Lists that are not at hand, and on which the institution that the certificate names may stand, entitled to
        the type. None where that is not known."""
        absent = tuple(one for one in self.lists if isinstance(one.content, TrustUnavailable))
        if len(absent) == len(self.lists):
            return absent
        named = None if leaf is None else organization_identifier(leaf)
        return tuple(
            one
            for one in absent
            if (named is None or one.speaks_for(_state(named))) and (type_id is None or one.entitles_to(type_id))
        )


Trust: TypeAlias = TrustLists | TrustList | TrustUnavailable
"""One list is the simple case of several."""


def _revoked(leaf: x509.Certificate, entries: Sequence[ListEntry]) -> bool:
    return any(entry.entity.revoked and thumbprint(leaf) in entry.entity.revoked for entry in entries)


def _state(institution_id: str) -> str:
    return institution_id[:2]
