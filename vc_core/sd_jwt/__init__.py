"""SD-JWT: selective disclosure for signed JSON (RFC 9901).

Issue (`plan`, `issuance`), hold and present (`selection`, `key_binding.bind`), verify (`compact`, `processing`,
`key_binding`, `validity`). Nothing here decides whether to accept: each function answers one question and raises
`Rejection` with its own reason. The credential profile on top is `vc_core.sd_jwt_vc`.
"""

from vc_core.sd_jwt.compact import SdJwt, parse_compact, verify_issuer_signature
from vc_core.sd_jwt.disclosure import Disclosure
from vc_core.sd_jwt.issuance import issue
from vc_core.sd_jwt.json_serialization import parse_json, to_flattened, to_general
from vc_core.sd_jwt.key_binding import (
    KeyBinding,
    bind,
    confirmation_key,
    parse_key_binding,
    require_audience,
    require_issued_now,
    require_nonce,
    require_sd_hash,
    require_unbound,
    sd_hash,
    verify_binding_signature,
)
from vc_core.sd_jwt.plan import DisclosurePlan
from vc_core.sd_jwt.processing import Processed, process
from vc_core.sd_jwt.selection import present, require_whole_groups, select_disclosures
from vc_core.sd_jwt.validity import require_valid_at

__all__ = [
    "Disclosure",
    "DisclosurePlan",
    "KeyBinding",
    "Processed",
    "SdJwt",
    "bind",
    "confirmation_key",
    "issue",
    "parse_compact",
    "parse_json",
    "parse_key_binding",
    "present",
    "process",
    "require_audience",
    "require_issued_now",
    "require_nonce",
    "require_sd_hash",
    "require_unbound",
    "require_valid_at",
    "require_whole_groups",
    "sd_hash",
    "select_disclosures",
    "to_flattened",
    "to_general",
    "verify_binding_signature",
    "verify_issuer_signature",
]
