"""ISO mdoc as a credential format: `mso_mdoc` (ISO/IEC 18013-5; OpenID4VP 1.0 B.2; OpenID4VCI 1.0 A.2).

The rulebook's top-level claims become data elements of one namespace, days become full-date (RFC 8943), objects and
arrays CBOR maps and arrays. Every element is disclosable by itself, so a type's disclosure rules for claims inside an
element do not apply. The issuer's key comes from `x5chain` alone, the holder's from the MSO.

A credential travels as base64url of IssuerSigned, a presentation as base64url of DeviceResponse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cryptography import x509

from vc_core import base64url, cbor, cose, mdoc, session_transcript
from vc_core.catalogue import Catalogue
from vc_core.checks import HOLDER_PROOF, Check, failed, not_applicable, not_evaluated, passed
from vc_core.claims import ClaimPath, Claims, find, put
from vc_core.dcql import QueryFormat
from vc_core.formats.base import (
    HolderChallenge,
    PlannedCredential,
    QueryFacts,
    ResolvedType,
    TechnicalValidity,
    UnverifiedPresentation,
)
from vc_core.formats.judged import judged, judged_transactions
from vc_core.formats.query_members import text
from vc_core.mdoc import Document, IssuerSigned
from vc_core.rejection import Rejection
from vc_core.rulebook import BindingMode, Rulebook, WireType
from vc_core.signer import PublicKey, RandomBytes, Signer
from vc_core.transaction_data import Transaction, device_elements, require_device_elements

ID = "mso_mdoc"
MAX_TEXT = 512 * 1024


@dataclass(frozen=True, slots=True)
class ParsedMdoc:
    """An mdoc as read. document: with the device's half, None for a bare IssuerSigned."""

    issuer_signed: IssuerSigned
    chain: tuple[x509.Certificate, ...]
    document: Document | None = None
    format_id: str = ID
    key_id: bytes | None = None
    disclosed: frozenset[ClaimPath] | None = None

    @property
    def identifier(self) -> str:
        return self.issuer_signed.mso.doc_type

    def resolve(self, catalogue: Catalogue) -> ResolvedType | None:
        found = catalogue.by_identifier(ID, self.identifier)
        if found is None:
            return None
        rulebook, wire = found
        space = wire.namespace or ""
        return ResolvedType(
            rulebook=rulebook,
            wire=wire,
            claims=lambda: wire.from_wire(self._elements(space)),
            withholds=self._withholds(space, _always_there(rulebook, wire)),
        )

    def check_type_header(self) -> Check:
        """The versions of MSO and DeviceResponse are settled on reading."""
        return passed("format.type_header", version=self.issuer_signed.mso.version)

    def check_issuer_signature(self, key: PublicKey | None) -> Check:
        if key is None:
            return failed("integrity.issuer_signature", "signer_certificate_unknown")
        return judged("integrity.issuer_signature", lambda: mdoc.verify_issuer_auth(self.issuer_signed, key))

    def check_claim_digests(self) -> Check:
        return judged("integrity.claim_digests", lambda: mdoc.check_digests(self.issuer_signed))

    def check_envelope(self) -> Check:
        document = self.document
        if document is None:
            return passed("integrity.envelope")
        return judged("integrity.envelope", lambda: mdoc.check_doc_type(document))

    def check_holder(self, challenge: HolderChallenge | None, *, now: datetime, max_age: timedelta) -> Iterable[Check]:  # noqa: ARG002
        """Nonce, audience and time of the proof are those of the session transcript that it signs."""
        document = self.document
        if challenge is None:
            yield from (not_applicable(id_, "not_asked") for id_ in ("holder.binding", *HOLDER_PROOF))
        elif document is None:
            yield failed("holder.binding", "device_auth_missing")
            yield from (not_evaluated(id_, blocked_by=HOLDER_BINDING) for id_ in HOLDER_PROOF)
        else:
            ours, reader = transcript(challenge), challenge.agreement
            yield passed("holder.binding")
            yield judged("holder.signature", lambda: mdoc.verify_device_auth(document, ours, reader=reader))
            yield from _IN_TRANSCRIPT
            yield judged("holder.device_claims", lambda: mdoc.check_device_elements(document))
            yield judged_transactions(
                challenge.transactions,
                lambda: require_device_elements(document.device_signed.elements, challenge.transactions),
            )

    # ------------------------------------------------------------------------------------------- after the digests
    @property
    def validity(self) -> TechnicalValidity:
        validity = self.issuer_signed.mso.validity
        return TechnicalValidity(
            issued_at=validity.signed, not_before=validity.valid_from, expires_at=validity.valid_until
        )

    @property
    def status_claim(self) -> object | None:
        return self.issuer_signed.mso.status

    @property
    def holder_key(self) -> PublicKey | None:
        return self.issuer_signed.mso.device_key

    def query_facts(self) -> QueryFacts:
        spaces = self.issuer_signed.name_spaces
        return QueryFacts(
            claims={space: self._elements(space) for space in spaces},
            disclosures=frozenset((space, item.identifier) for space, items in spaces.items() for item in items),
        )

    def _withholds(self, name_space: str, always_there: frozenset[str]) -> bool:
        """Whether an element may be kept back that need not be there: the MSO has digests of more elements than are
        shown and, of those not shown, than every document of the type has."""
        signed = self.issuer_signed.mso.value_digests.get(name_space, ())
        shown = {item.identifier for item in self.issuer_signed.name_spaces.get(name_space, ())}
        return len(signed) > len(shown | always_there)

    def _elements(self, name_space: str) -> Claims:
        items = self.issuer_signed.name_spaces.get(name_space, ())
        return {item.identifier: as_json(item.value) for item in items}


class MsoMdocFormat:
    """See `formats.base.WalletFormat`."""

    id = ID

    def recognises(self, text: str) -> bool:
        return text[:1] in ("o", "p", "q", "u", "v") and not set("~.{ ") & set(text[:200])

    def encode(self, planned: PlannedCredential, *, signer: Signer, random: RandomBytes) -> str:
        return base64url.encode(mdoc.sign(plan(planned, random), signer=signer))

    def parse(self, unverified: UnverifiedPresentation) -> ParsedMdoc:
        encoded = unverified.text.strip()
        if len(encoded) > MAX_TEXT:
            raise Rejection("mdoc_too_large", evidence={"limit": MAX_TEXT})
        value = cbor.loads(base64url.decode(encoded))
        if isinstance(value, dict) and "issuerAuth" in value:
            issuer_signed = mdoc.read_issuer_signed(value)
            return ParsedMdoc(issuer_signed, _chain(issuer_signed))
        document = mdoc.read_device_response(value).document
        return ParsedMdoc(document.issuer_signed, _chain(document.issuer_signed), document)

    def present(
        self,
        credential: str,
        *,
        paths: Iterable[ClaimPath],
        challenge: HolderChallenge,
        holder: Signer,
        issued_at: datetime,  # noqa: ARG002  the transcript dates the proof
    ) -> str:
        held = mdoc.parse_issuer_signed(base64url.decode(credential))
        elements: dict[str, set[str]] = {}
        for path in paths:
            elements.setdefault(str(path[0]), set()).add(str(path[1]))
        _require_authorised(held, challenge.transactions)
        document = mdoc.build_document(
            held,
            doc_type=held.mso.doc_type,
            elements=elements,
            session_transcript=transcript(challenge),
            holder=holder,
            device_namespaces=device_elements(challenge.transactions),
        )
        return base64url.encode(mdoc.encode_device_response([document]))

    @property
    def bindings(self) -> frozenset[BindingMode]:
        return frozenset({BindingMode.KEY})  # deviceKeyInfo is mandatory in an MSO

    def query_meta(self, wires: Sequence[WireType]) -> Mapping[str, Any]:
        if len(wires) != 1:
            raise ValueError("a query for an mdoc asks for one docType")
        return {"doctype_value": wires[0].identifier}

    @property
    def query(self) -> QueryFormat:
        return QueryFormat(identifiers=lambda meta: (text(meta, "doctype_value"),), check_path=_check_path)

    def issuer_metadata(self, wire: WireType) -> Mapping[str, Any]:
        return {
            "format": ID,
            "doctype": wire.identifier,
            "credential_signing_alg_values_supported": [cose.ES256],
            "cryptographic_binding_methods_supported": ["cose_key"],
        }

    @property
    def vp_formats(self) -> Mapping[str, Any]:
        algorithms = sorted(cose.HAIP_ALGORITHMS, reverse=True)
        return {"issuerauth_alg_values": algorithms, "deviceauth_alg_values": algorithms}


HOLDER_BINDING = not_applicable("holder.binding").id
_IN_TRANSCRIPT = tuple(
    not_applicable(id_, "in_session_transcript")
    for id_ in ("holder.nonce", "holder.audience", "holder.time", "holder.transcript_digest")
)


def plan(planned: PlannedCredential, random: RandomBytes) -> mdoc.IssuerSignedPlan:
    """The credential before it is signed."""
    wire = planned.wire
    if wire is None or wire.namespace is None:
        raise ValueError(f"{planned.rulebook.type_id}: no profile says how {ID} carries this type")
    spaces = {wire.namespace: wire.to_wire(_with_days(planned.claims, planned.rulebook.date_paths))}
    if wire.envelope:
        spaces.setdefault(wire.envelope_namespace or wire.namespace, {}).update(wire.envelope)
    status = planned.status
    return mdoc.plan_issuer_signed(
        doc_type=wire.identifier,
        namespaces=spaces,
        device_key=planned.holder_key,
        signed=planned.issued_at,
        valid_from=planned.issued_at,
        valid_until=planned.expires_at,
        random=random,
        status=None if status is None else status.claim(),
    )


def transcript(challenge: HolderChallenge) -> bytes:
    """The SessionTranscript of this challenge (OpenID4VP 1.0, B.2.6)."""
    if challenge.origin is not None:
        return session_transcript.openid4vp_dc_api(
            origin=challenge.origin, nonce=challenge.nonce, jwk_thumbprint=challenge.encryption_thumbprint
        )
    return session_transcript.openid4vp_redirect(
        client_id=challenge.client_id,
        nonce=challenge.nonce,
        jwk_thumbprint=challenge.encryption_thumbprint,
        response_uri=challenge.response_uri,
    )


def _require_authorised(held: IssuerSigned, transactions: Iterable[Transaction]) -> None:
    """The issuer lets the device sign for each (B.2.1). Rejects with `transaction_element_unauthorized`."""
    granted = held.mso.key_authorizations
    for one in transactions:
        if one.type.element is None or not granted.cover(*one.type.element):
            raise Rejection(
                "transaction_element_unauthorized", where="/transaction_data", section="OpenID4VP 1.0, B.2.1"
            )


def as_json(value: object) -> Any:
    """CBOR of an element as JSON (RFC 8949, section 6.1): days and instants as text, bytes as base64url."""
    match value:
        case cbor.CBORTag():
            return as_json(value.value)
        case bytes():
            return base64url.encode(value)
        case list():
            return [as_json(item) for item in value]
        case dict():
            return {str(name): as_json(item) for name, item in value.items()}
        case _:
            return value


def _always_there(rulebook: Rulebook, wire: WireType) -> frozenset[str]:
    """Elements of the type's namespace that every document has."""
    paths = (wire.wire_path(entry.path) for entry in rulebook.claims if entry.mandatory and len(entry.path) == 1)
    own = wire.envelope if wire.envelope_namespace in (None, wire.namespace) else ()
    return frozenset({*(str(path[0]) for path in paths if path), *own})


def _with_days(claims: Claims, paths: Iterable[ClaimPath]) -> Claims:
    for path in paths:
        for found in find(claims, path):
            claims = put(claims, found.path, date.fromisoformat(found.value))
    return claims


def _chain(issuer_signed: IssuerSigned) -> tuple[x509.Certificate, ...]:
    auth = issuer_signed.issuer_auth
    if cose.X5CHAIN not in auth.unprotected and cose.X5CHAIN not in auth.protected:
        return ()
    return mdoc.issuer_chain(issuer_signed)


def _check_path(path: ClaimPath) -> None:
    if len(path) != 2 or not all(isinstance(part, str) for part in path):
        raise Rejection("path_not_namespace_and_element", section="OpenID4VP 1.0, section 7.2")
