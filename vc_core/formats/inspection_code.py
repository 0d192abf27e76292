"""The inspection code as a credential format: signed by the institution, shown by anybody (design.md 8).

Its claims are signed as a whole, so there are no digests to match, and no holder proves anything: those questions do
not apply. It is made by the issuer beside the document and is not collected by a wallet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from vc_core import cose, inspection_code
from vc_core.catalogue import Catalogue
from vc_core.checks import HOLDER_PROOF, Check, failed, not_applicable, passed, rejected
from vc_core.claims import ClaimPath, Claims
from vc_core.formats.base import (
    HolderChallenge,
    PlannedCredential,
    QueryFacts,
    ResolvedType,
    TechnicalValidity,
    UnverifiedPresentation,
)
from vc_core.inspection_code import InspectionCode
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, RandomBytes, Signer

ID = "socsec-inspection-code"
_BEARER = "code_has_no_holder_proof"


@dataclass(frozen=True, slots=True)
class ParsedInspectionCode:
    code: InspectionCode

    format_id = ID
    chain: tuple[x509.Certificate, ...] = ()
    disclosed: frozenset[ClaimPath] | None = None
    holder_key: PublicKey | None = None

    @property
    def identifier(self) -> str:
        return str(self.code.number)

    @property
    def key_id(self) -> bytes:
        return self.code.key_id

    @property
    def validity(self) -> TechnicalValidity:
        return TechnicalValidity(
            issued_at=self.code.issued_at, not_before=None, expires_at=self.code.expires_at
        )  # fmt: skip

    @property
    def status_claim(self) -> object | None:
        return self.code.status

    def resolve(self, catalogue: Catalogue) -> ResolvedType | None:
        rulebook = catalogue.by_code_number(self.code.number)
        if rulebook is None or rulebook.inspection_code is None:
            return None
        profile = rulebook.inspection_code

        def claims() -> Claims:
            return inspection_code.canonical_claims(profile, self.code.members)

        cut = tuple(claim.target for claim in inspection_code.truncated(profile, self.code.members))
        return ResolvedType(rulebook=rulebook, wire=None, claims=claims, cut=cut)

    def query_facts(self) -> QueryFacts:
        return QueryFacts(claims={}, disclosures=frozenset())

    def check_type_header(self) -> Check:
        typ = self.code.message.protected.get(cose.TYP)
        if typ != inspection_code.TYPE:
            return failed("format.type_header", "type_wrong", where="protected/16")
        return passed("format.type_header", typ=typ)

    def check_issuer_signature(self, key: PublicKey | None) -> Check:
        if key is None:
            return failed("integrity.issuer_signature", "signer_certificate_unknown")
        try:
            cose.verify_sign1(self.code.message, key)
        except Rejection as rejection:
            return rejected("integrity.issuer_signature", rejection)
        return passed("integrity.issuer_signature")

    def check_claim_digests(self) -> Check:
        return not_applicable("integrity.claim_digests", "signed_as_a_whole")

    def check_envelope(self) -> Check:
        return passed("integrity.envelope")

    def check_holder(self, challenge: HolderChallenge | None, *, now: datetime, max_age: timedelta) -> Iterable[Check]:  # noqa: ARG002
        """Where a proof is asked, a code is no answer; it is never taken for one."""
        asked = challenge is not None
        yield failed("holder.binding", "holder_proof_missing") if asked else not_applicable("holder.binding", _BEARER)
        yield from (not_applicable(id_, _BEARER) for id_ in HOLDER_PROOF)


class InspectionCodeFormat:
    """See `formats.base.Format`."""

    id = ID

    def recognises(self, text: str) -> bool:
        return text.startswith(inspection_code.PREFIX)

    def encode(self, planned: PlannedCredential, *, signer: Signer, random: RandomBytes) -> str:  # noqa: ARG002
        profile = planned.rulebook.inspection_code
        if profile is None or planned.status is None:
            raise ValueError(f"{planned.rulebook.type_id}: an inspection code needs a profile and a status reference")
        payload = inspection_code.plan(
            profile, planned.claims, issued_at=planned.issued_at, expires_at=planned.expires_at, status=planned.status
        )
        return inspection_code.write(inspection_code.sign(payload, signer))

    def parse(self, unverified: UnverifiedPresentation) -> ParsedInspectionCode:
        return ParsedInspectionCode(inspection_code.read(unverified.text.strip()))
