"""SD-JWT VC as a credential format: `dc+sd-jwt` (SD-JWT VC draft, RFC 9901, HAIP 1.0 section 6.1).

The rulebook's claims become JWT claims, those that its type marks as disclosable become disclosures. The envelope
(type, issuer, times, holder key, status and constants of the profile) is never disclosable. The issuer's key comes from
`x5c` alone, the holder's from `cnf.jwk` alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509

from vc_core import jose, sd_jwt, sd_jwt_vc
from vc_core.catalogue import Catalogue
from vc_core.checks import HOLDER_PROOF, Check, failed, not_applicable, not_evaluated, passed, rejected
from vc_core.claims import ClaimPath, Claims
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
from vc_core.formats.query_members import text_list
from vc_core.jwt_claims import Window
from vc_core.rejection import Rejection
from vc_core.rulebook import BindingMode, Rulebook, SelectiveDisclosure, WireType
from vc_core.sd_jwt import DisclosurePlan, KeyBinding, Processed, SdJwt
from vc_core.sd_jwt_vc import Envelope
from vc_core.signer import PublicKey, RandomBytes, Signer
from vc_core.transaction_data import hash_claims, require_hashes

ID = "dc+sd-jwt"
ENVELOPE = frozenset(
    {"vct", "vct#integrity", "aka_vcts", "iss", "sub", "jti", "iat", "nbf", "exp", "cnf", "status"}
)  # fmt: skip
CLOCK_AHEAD = timedelta(minutes=1)


@dataclass(slots=True)
class ParsedSdJwtVc:
    """An SD-JWT VC as read, with or without key binding JWT."""

    sd_jwt: SdJwt
    chain: tuple[x509.Certificate, ...]
    format_id: str = ID
    key_id: bytes | None = None
    _processed: Processed | Rejection | None = field(default=None, repr=False)
    _envelope: Envelope | None = field(default=None, repr=False)
    _wire: WireType | None = field(default=None, repr=False)

    @property
    def identifier(self) -> str:
        vct = self.sd_jwt.payload.get("vct")
        return vct if isinstance(vct, str) else ""

    def resolve(self, catalogue: Catalogue) -> ResolvedType | None:
        found = catalogue.by_identifier(ID, self.identifier)
        if found is None:
            return None
        rulebook, wire = found
        return ResolvedType(rulebook=rulebook, wire=wire, claims=lambda: wire.from_wire(self.wire_claims))

    def check_type_header(self) -> Check:
        return judged("format.type_header", lambda: sd_jwt_vc.require_type(self.sd_jwt))

    def check_issuer_signature(self, key: PublicKey | None) -> Check:
        if key is None:
            return failed("integrity.issuer_signature", "signer_certificate_unknown")
        return judged("integrity.issuer_signature", lambda: sd_jwt.verify_issuer_signature(self.sd_jwt, key))

    def check_claim_digests(self) -> Check:
        try:
            self._processed = sd_jwt.process(self.sd_jwt)
        except Rejection as rejection:
            self._processed = rejection
            return rejected("integrity.claim_digests", rejection)
        return passed("integrity.claim_digests", disclosures=len(self.sd_jwt.disclosures))

    def check_envelope(self) -> Check:
        return judged("integrity.envelope", self._read_envelope)

    def _read_envelope(self) -> None:
        self._envelope = sd_jwt_vc.check_envelope(self.processed, self.sd_jwt)

    def check_holder(self, challenge: HolderChallenge | None, *, now: datetime, max_age: timedelta) -> Iterable[Check]:
        if challenge is None:
            yield from (not_applicable(id_, "not_asked") for id_ in ("holder.binding", *HOLDER_PROOF))
            return
        try:
            binding = sd_jwt.parse_key_binding(self.sd_jwt)
        except Rejection as rejection:
            missing = rejected("holder.binding", rejection)
            yield missing
            yield from (not_evaluated(id_, blocked_by=missing.id) for id_ in HOLDER_PROOF)
            return
        yield passed("holder.binding")
        yield from self._check_proof(binding, challenge, now, max_age)

    def _check_proof(
        self, binding: KeyBinding, challenge: HolderChallenge, now: datetime, max_age: timedelta
    ) -> Iterable[Check]:
        audience = challenge.client_id if challenge.origin is None else f"origin:{challenge.origin}"
        window = Window(past=max_age, future=CLOCK_AHEAD)
        yield judged("holder.signature", lambda: self._require_holder_signature(binding))
        yield judged("holder.nonce", lambda: sd_jwt.require_nonce(binding, challenge.nonce))
        yield judged("holder.audience", lambda: sd_jwt.require_audience(binding, audience))
        yield judged("holder.time", lambda: sd_jwt.require_issued_now(binding, now, window))
        yield judged("holder.transcript_digest", lambda: sd_jwt.require_sd_hash(binding, self.sd_jwt))
        yield not_applicable("holder.device_claims")
        yield judged_transactions(
            challenge.transactions, lambda: require_hashes(binding.claims, challenge.transactions)
        )

    def _require_holder_signature(self, binding: KeyBinding) -> None:
        sd_jwt.verify_binding_signature(binding, self.holder_key or sd_jwt.confirmation_key(self.processed.claims))

    # ------------------------------------------------------------------------------------------- after the digests
    @property
    def processed(self) -> Processed:
        if self._processed is None:
            self._processed = sd_jwt.process(self.sd_jwt)
        if isinstance(self._processed, Rejection):
            raise self._processed
        return self._processed

    @property
    def wire_claims(self) -> Claims:
        return {name: value for name, value in self.processed.claims.items() if name not in ENVELOPE}

    @property
    def disclosed(self) -> frozenset[ClaimPath] | None:
        return frozenset(self.processed.disclosed)

    @property
    def validity(self) -> TechnicalValidity:
        claims = self.processed.claims
        return TechnicalValidity(
            issued_at=_instant(claims, "iat"), not_before=_instant(claims, "nbf"), expires_at=_instant(claims, "exp")
        )

    @property
    def status_claim(self) -> object | None:
        return self.processed.claims.get("status")

    @property
    def holder_key(self) -> PublicKey | None:
        if self._envelope is not None:
            return self._envelope.holder_key
        return sd_jwt.confirmation_key(self.processed.claims) if "cnf" in self.processed.claims else None

    def query_facts(self) -> QueryFacts:
        processed = self.processed
        return QueryFacts(
            claims=processed.claims,
            disclosures=frozenset(processed.disclosed),
            hidden_elements=frozenset(processed.hidden_elements),
        )


class SdJwtVcFormat:
    """See `formats.base.WalletFormat`."""

    id = ID

    def __init__(self) -> None:
        self._plans: dict[int, tuple[WireType, DisclosurePlan]] = {}

    def recognises(self, text: str) -> bool:
        return "~" in text and text.startswith("ey")

    def encode(self, planned: PlannedCredential, *, signer: Signer, random: RandomBytes) -> str:
        plan = self.plan(planned.rulebook, _wire(planned))
        return sd_jwt_vc.issue(payload(planned), plan=plan, signer=signer, random=random).text

    def plan(self, rulebook: Rulebook, wire: WireType) -> DisclosurePlan:
        """Every claim that the type lets be disclosable becomes a disclosure; groups as the rulebook forms them."""
        known = self._plans.get(id(wire))
        if known is None:
            known = self._plans[id(wire)] = (wire, _plan(rulebook, wire))
        return known[1]

    def parse(self, unverified: UnverifiedPresentation) -> ParsedSdJwtVc:
        parsed = sd_jwt.parse_compact(unverified.text.strip())
        chain = jose.parse_x5c(parsed.jwt.header) if "x5c" in parsed.jwt.header else ()
        return ParsedSdJwtVc(parsed, chain)

    def present(
        self,
        credential: str,
        *,
        paths: Iterable[ClaimPath],
        challenge: HolderChallenge,
        holder: Signer,
        issued_at: datetime,
    ) -> str:
        held = sd_jwt.parse_compact(credential)
        shown = sd_jwt.present(held, sd_jwt.select_disclosures(held, paths))
        audience = challenge.client_id if challenge.origin is None else f"origin:{challenge.origin}"
        return sd_jwt.bind(
            shown,
            holder=holder,
            audience=audience,
            nonce=challenge.nonce,
            issued_at=issued_at,
            claims=hash_claims(challenge.transactions),
        )

    @property
    def bindings(self) -> frozenset[BindingMode]:
        return frozenset(BindingMode)

    def query_meta(self, wires: Sequence[WireType]) -> Mapping[str, Any]:
        return {"vct_values": [wire.identifier for wire in wires]}

    @property
    def query(self) -> QueryFormat:
        return QueryFormat(identifiers=lambda meta: text_list(meta, "vct_values"), check_path=lambda _: None)

    def issuer_metadata(self, wire: WireType) -> Mapping[str, Any]:
        return {
            "format": ID,
            "vct": wire.identifier,
            "credential_signing_alg_values_supported": ["ES256"],
            "cryptographic_binding_methods_supported": ["jwk"],
        }

    @property
    def vp_formats(self) -> Mapping[str, Any]:
        return {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}


def payload(planned: PlannedCredential) -> dict[str, Any]:
    """The JWT claims before anything is concealed: the envelope, then the business claims."""
    wire = _wire(planned)
    claims: dict[str, Any] = {
        "vct": wire.identifier,
        "iss": planned.issuer_uri,
        "jti": planned.credential_id,
        "sub": planned.credential_id,
        "iat": int(planned.issued_at.timestamp()),
        "exp": int(planned.expires_at.timestamp()),
        **wire.envelope,
        **wire.to_wire(planned.claims),
    }
    if planned.holder_key is not None:
        claims["cnf"] = {"jwk": jose.jwk_from_public_key(planned.holder_key)}
    if planned.status is not None:
        claims["status"] = planned.status.claim()
    return claims


def _plan(rulebook: Rulebook, wire: WireType) -> DisclosurePlan:
    paths: list[ClaimPath] = []
    groups: dict[str, list[ClaimPath]] = {}
    for entry in rulebook.claims:
        path = wire.wire_path(entry.path)
        if path is None or entry.sd is SelectiveDisclosure.NEVER:
            continue
        (paths if entry.group is None else groups.setdefault(entry.group, [])).append(path)
    return DisclosurePlan(paths=tuple(paths), groups={name: tuple(members) for name, members in groups.items()})


def _wire(planned: PlannedCredential) -> WireType:
    if planned.wire is None:
        raise ValueError(f"{planned.rulebook.type_id}: no profile says how {ID} carries this type")
    return planned.wire


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    """None where there is none; also for what is no instant, which `integrity.envelope` says."""
    try:
        return sd_jwt_vc.instant(claims, name)
    except Rejection:
        return None
