"""What a credential format has to answer, so that everything else is written once.

A format encodes a credential, reads what a peer presents, and answers three questions of what it read: who signed it,
do the claims match the signed digests, and did the holder prove possession. The values named here pass between the
formats, `verification`, the issuer and the wallet. Names of formats stay inside this package and in `schemas/`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from cryptography import x509

from vc_core.catalogue import Catalogue
from vc_core.checks import Check
from vc_core.claims import ClaimPath, Claims
from vc_core.dcql import QueryFormat
from vc_core.rulebook import BindingMode, Rulebook, WireType
from vc_core.signer import KeyAgreement, PublicKey, RandomBytes, Signer
from vc_core.status_list import StatusReference
from vc_core.transaction_data import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCredential:
    """A credential just before it is encoded and signed: everything decided, nothing signed.

    wire: None for a format that the type's profiles do not describe. claims: canonical claim set. issuer_uri: the
    credential issuer. holder_key: what it is bound to; None for a bearer copy. Instants are whole seconds, UTC.
    """

    rulebook: Rulebook
    wire: WireType | None
    claims: Claims
    issuer_uri: str
    credential_id: str
    issued_at: datetime
    expires_at: datetime
    holder_key: PublicKey | None
    status: StatusReference | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedPresentation:
    """Text from a peer, of which nothing is believed: a credential, a presentation, or the text of a QR code."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderChallenge:
    """What the holder's proof has to answer (OpenID4VP 1.0, B.3.6 and B.2.6).

    client_id: with its prefix. response_uri: where the answer is posted. encryption_thumbprint: RFC 7638 thumbprint (32
    bytes) of the verifier's encryption key, None for a plain answer. origin: set for the Digital Credentials API only,
    without the `origin:` prefix. agreement: the verifier's key for a device MAC, where it offers one. transactions:
    what the proof has to authorise.
    """

    nonce: str
    client_id: str
    response_uri: str
    encryption_thumbprint: bytes | None = None
    origin: str | None = None
    agreement: KeyAgreement | None = None
    transactions: tuple[Transaction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicalValidity:
    """The credential's own instants: `iat`, `nbf`, `exp` of a JWT; `signed`, `validFrom`, `validUntil` of a MSO."""

    issued_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedType:
    """The type that a presentation says it is of. claims: reads what is shown into canonical names; may reject.

    withholds: something is kept back in a format in which any claim may be, whatever its type says; so a claim that is
    not shown may stand in the document all the same. cut: arrays of which the issuer left out the end, canonical.
    """

    rulebook: Rulebook
    wire: WireType | None
    claims: Callable[[], Claims]
    withholds: bool = False
    cut: tuple[ClaimPath, ...] = ()

    @property
    def groups(self) -> tuple[frozenset[ClaimPath], ...]:
        """Claims of one disclosure group each, along the paths that queries use for this format."""
        if self.wire is None:
            return ()
        members: dict[str, set[ClaimPath]] = {}
        for entry in self.rulebook.claims:
            path = self.wire.request_path(entry.path)
            if entry.group is not None and path is not None:
                members.setdefault(entry.group, set()).add(path)
        return tuple(map(frozenset, members.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFacts:
    """The claims as a query sees them: along the paths of the format (for mdoc: namespace, then element).

    disclosures: what was, or can be, disclosed selectively. hidden_elements: arrays of which elements were withheld.
    """

    claims: Claims
    disclosures: frozenset[ClaimPath]
    hidden_elements: frozenset[ClaimPath] = frozenset()


class ParsedPresentation(Protocol):
    """What was read, with its own answers. Below the line, only once `check_claim_digests` has not FAILED."""

    @property
    def format_id(self) -> str: ...

    @property
    def identifier(self) -> str:
        """The type on the wire: `vct`, `docType`, or the number of an inspection code; empty if there is none."""
        ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Leaf first; empty where there is none, or where the format names its key by `key_id` instead."""
        ...

    @property
    def key_id(self) -> bytes | None:
        """First bytes of the SHA-256 thumbprint of the signing certificate, where the format carries no chain."""
        ...

    def resolve(self, catalogue: Catalogue) -> ResolvedType | None: ...

    def check_type_header(self) -> Check: ...

    def check_issuer_signature(self, key: PublicKey | None) -> Check:
        """`key`: the leaf's, or of the certificate that `key_id` names; None if there is none."""
        ...

    def check_claim_digests(self) -> Check: ...

    def check_envelope(self) -> Check: ...

    def check_holder(self, challenge: HolderChallenge | None, *, now: datetime, max_age: timedelta) -> Iterable[Check]:
        """One answer to every `holder.*` question; `challenge` None: no proof is asked."""
        ...

    # ------------------------------------------------------------------------------------------- after the digests
    @property
    def disclosed(self) -> frozenset[ClaimPath] | None:
        """Wire paths of the claims disclosed selectively; None for a format in which the type cannot tell."""
        ...

    @property
    def validity(self) -> TechnicalValidity: ...

    @property
    def status_claim(self) -> object | None:
        """The status claim as received, unread; None if there is none."""
        ...

    @property
    def holder_key(self) -> PublicKey | None: ...

    def query_facts(self) -> QueryFacts: ...


class Format(Protocol):
    """One credential format."""

    @property
    def id(self) -> str:
        """The identifier in metadata and queries, as `dc+sd-jwt`."""
        ...

    def recognises(self, text: str) -> bool:
        """Whether this text claims to be of this format; says nothing about its being good."""
        ...

    def encode(self, planned: PlannedCredential, *, signer: Signer, random: RandomBytes) -> str:
        """The credential as it travels: compact SD-JWT, base64url of IssuerSigned, text of a QR code."""
        ...

    def parse(self, unverified: UnverifiedPresentation) -> ParsedPresentation:
        """A credential as issued, or with a holder's proof. Raises `Rejection`."""
        ...


class WalletFormat(Format, Protocol):
    """A format that a wallet collects (OpenID4VCI) and presents (OpenID4VP)."""

    def present(
        self,
        credential: str,
        *,
        paths: Iterable[ClaimPath],
        challenge: HolderChallenge,
        holder: Signer,
        issued_at: datetime,
    ) -> str:
        """Shows the disclosures at `paths` (as `QueryFacts.disclosures` spells them), bound to the challenge."""
        ...

    @property
    def bindings(self) -> frozenset[BindingMode]:
        """What a credential of this format can be tied to."""
        ...

    def query_meta(self, wires: Sequence[WireType]) -> Mapping[str, Any]:
        """DCQL `meta` that asks for these types (OpenID4VP 1.0, B.2.3, B.3.5)."""
        ...

    @property
    def query(self) -> QueryFormat:
        """How DCQL speaks of this format."""
        ...

    def issuer_metadata(self, wire: WireType) -> Mapping[str, Any]:
        """Format-specific members of a credential configuration (OpenID4VCI 1.0, A.2.2, A.3.2)."""
        ...

    @property
    def vp_formats(self) -> Mapping[str, Any]:
        """This format's entry in `vp_formats_supported` (OpenID4VP 1.0, B.2.2, B.3.4)."""
        ...
