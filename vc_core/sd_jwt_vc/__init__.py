"""SD-JWT VC: SD-JWT as a credential with a type (draft-ietf-oauth-sd-jwt-vc-24; HAIP 1.0, section 6.1).

`envelope` has what every credential carries, `type_metadata`, `type_chain` and `claim_rules` what its type says of its
claims, `integrity` the pins of referenced documents, `issuer_metadata` keys published by URL. Documents are passed in;
fetching them, and its limits (section 3), are the shell's. Left out: rendering of templates.
"""

from vc_core.sd_jwt_vc.claim_rules import Shown, require_claims
from vc_core.sd_jwt_vc.envelope import NEVER_DISCLOSED, TYP, Envelope, check_envelope, instant, issue, require_type
from vc_core.sd_jwt_vc.integrity import integrity_of, require_integrity
from vc_core.sd_jwt_vc.issuer_metadata import (
    IssuerMetadata,
    issuer_key,
    metadata_url,
    parse_issuer_metadata,
    parse_jwks,
)
from vc_core.sd_jwt_vc.type_chain import resolve
from vc_core.sd_jwt_vc.type_metadata import ClaimMetadata, Disclosability, TypeMetadata, parse_type_metadata

__all__ = [
    "NEVER_DISCLOSED",
    "TYP",
    "ClaimMetadata",
    "Disclosability",
    "Envelope",
    "IssuerMetadata",
    "Shown",
    "TypeMetadata",
    "check_envelope",
    "instant",
    "integrity_of",
    "issue",
    "issuer_key",
    "metadata_url",
    "parse_issuer_metadata",
    "parse_jwks",
    "parse_type_metadata",
    "require_claims",
    "require_integrity",
    "require_type",
    "resolve",
]
