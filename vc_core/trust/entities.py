"""Trusted institutions as values: what a reader of the trust list wants to know of each, without the list's wire form.

Several institutions of one State certify under one root, so an anchor alone does not tell who signed: the leaf's
organizationIdentifier has to be the institution's id (`CC:xxxx`). Entitlements are dated and may have several periods
for one type; what a closed institution issued in its time stays good.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from cryptography import x509

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection
from vc_core.x509 import is_authority, key_bytes, organization_identifier, thumbprint

_INSTITUTION_ID = re.compile(r"[A-Z]{2}:[A-Za-z0-9]{4,10}")
SHORTEST_KEY_ID = 8
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where a doubt about a document is sent; `email` and `website` as bare address and URL."""

    street_address: str
    email: str
    website: str
    locality: str | None = None
    postal_code: str | None = None
    telephone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeOperator:
    """Who keeps the list: name and territory stand in its certificate too (O and C)."""

    name: str
    territory: str
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One period in which a type may be issued; both days are inside, `issue_until` None is open."""

    type_id: str
    issue_from: date
    issue_until: date | None = None

    def __post_init__(self) -> None:
        if self.issue_until is not None and self.issue_until < self.issue_from:
            raise ValueError("an entitlement ends before it begins")

    def covers(self, day: date) -> bool:
        return self.issue_from <= day and (self.issue_until is None or day <= self.issue_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedEntity:
    """One institution.

    country: ISO 3166-1 alpha-2. anchors: the authorities that certify its document signers. signers: its document
    signers themselves, for formats that name their key by thumbprint and carry no chain. status_prefixes: addresses,
    each ending in `/`, under which its status lists lie. status_anchors: the authorities that certify its status
    signers; `anchors` unless said otherwise. revoked: thumbprints (SHA-256 of DER) of certificates no longer good.
    """

    institution_id: str
    name: str
    country: str
    contact: Contact
    anchors: tuple[x509.Certificate, ...]
    entitlements: tuple[Entitlement, ...]
    signers: tuple[x509.Certificate, ...] = ()
    status_prefixes: tuple[str, ...] = ()
    status_anchors: tuple[x509.Certificate, ...] = ()
    revoked: frozenset[bytes] = frozenset()

    def __post_init__(self) -> None:
        if not _INSTITUTION_ID.fullmatch(self.institution_id) or not _COUNTRY.fullmatch(self.country):
            raise ValueError("an institution has an id of the form CC:xxxx and a country of two letters")
        if not self.anchors or not all(map(is_authority, (*self.anchors, *self.status_anchors))):
            raise ValueError("an institution has an anchor, and anchors are authorities")
        if any(is_authority(one) or organization_identifier(one) != self.institution_id for one in self.signers):
            raise ValueError("a document signer is no authority and names the institution")
        if not self.entitlements:
            raise ValueError("an institution is entitled to something, at some time")
        if not all(prefix.endswith("/") and _is_plain(prefix) for prefix in self.status_prefixes):
            raise ValueError("a status prefix is a plain URL that ends in a slash")
        ordered = tuple(sorted(self.entitlements, key=lambda one: (one.type_id, one.issue_from)))
        if any(_adjoin(earlier, later) for earlier, later in pairwise(ordered)):
            raise ValueError("two entitlements for one type overlap or adjoin")
        object.__setattr__(self, "entitlements", ordered)
        object.__setattr__(self, "status_anchors", self.status_anchors or self.anchors)

    def entitled(self, type_id: str, on: date) -> bool:
        """Whether the institution might issue that type on that day."""
        return any(one.type_id == type_id and one.covers(on) for one in self.entitlements)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A list as published: in force from `issued_at` until before `next_update` (aware UTC, whole seconds).

    access_anchors: authorities of relying parties' access certificates. digest: SHA-256 of the signed text that it was
    read from, base64url; empty for a list not yet signed.
    """

    sequence: int
    issued_at: datetime
    next_update: datetime
    operator: SchemeOperator
    entities: tuple[TrustedEntity, ...]
    access_anchors: tuple[x509.Certificate, ...] = ()
    digest: str = field(default="", compare=False)
    _by_institution: Mapping[str, TrustedEntity] = field(init=False, repr=False, compare=False)
    _by_key_id: Mapping[bytes, Mapping[bytes, x509.Certificate]] = field(init=False, repr=False, compare=False)
    _by_key: Mapping[bytes, Sequence[TrustedEntity]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_institution = {entity.institution_id: entity for entity in self.entities}
        if len(by_institution) != len(self.entities):
            raise ValueError("an institution is listed twice")
        if self.issued_at.microsecond or self.next_update.microsecond or self.issued_at >= self.next_update:
            raise ValueError("a list is in force for whole seconds, and for some")
        by_key_id: dict[bytes, dict[bytes, x509.Certificate]] = {}
        by_key: dict[bytes, list[TrustedEntity]] = {}
        for entity in self.entities:
            for signer in entity.signers:
                digest = thumbprint(signer)
                by_key_id.setdefault(digest[:SHORTEST_KEY_ID], {})[digest] = signer
                with suppress(Rejection):  # a key that cannot be read signs nothing
                    by_key.setdefault(key_bytes(signer), []).append(entity)
        object.__setattr__(self, "_by_institution", MappingProxyType(by_institution))
        object.__setattr__(self, "_by_key_id", MappingProxyType(by_key_id))
        object.__setattr__(self, "_by_key", MappingProxyType(by_key))

    def entity(self, institution_id: str) -> TrustedEntity | None:
        return self._by_institution.get(institution_id)

    def certificates(self, key_id: bytes) -> Mapping[bytes, x509.Certificate]:
        """The document signers whose thumbprint begins with `key_id`, 8 bytes or more, by the whole of it."""
        if len(key_id) < SHORTEST_KEY_ID:
            return {}
        near = self._by_key_id.get(key_id[:SHORTEST_KEY_ID], {})
        return {digest: one for digest, one in near.items() if digest.startswith(key_id)}

    def institutions_of_key(self, leaf: x509.Certificate) -> Sequence[TrustedEntity]:
        """Those of whose document signers one has the key of this certificate."""
        return self._by_key.get(key_bytes(leaf), ())

    def permits_status_uri(self, entity: TrustedEntity, uri: str) -> bool:
        """Whether the address lies under one of the entity's prefixes; one that could climb out of it never does."""
        return _is_plain(uri) and any(uri.startswith(prefix) for prefix in entity.status_prefixes)


def _adjoin(earlier: Entitlement, later: Entitlement) -> bool:
    if earlier.type_id != later.type_id:
        return False
    return earlier.issue_until is None or later.issue_from <= earlier.issue_until + timedelta(days=1)


@lru_cache(maxsize=128)
def _is_plain(url: str) -> bool:
    """An address without dot segments, plain or percent-encoded, and without backslashes."""
    try:
        require_url(url, policy=LoopbackHttp.ALLOWED)
    except Rejection:
        return False
    return "\\" not in url and {".", ".."}.isdisjoint(unquote(urlsplit(url).path).split("/"))
