"""Who may issue which credential type, from when to when, and whose certificates say so.

A list of trusted entities (ETSI TS 119 602 V1.1.1, JSON), signed by its operator, is the only way trust enters. The
rest of the program sees `TrustList`; `entities` holds the values, `lote` writes and `lote_reading` reads the document,
`signed_list` signs it and judges what was fetched. Left out: lists of lists, XML, TS 119 612 (qualified services).
"""

from vc_core.trust.entities import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList
from vc_core.trust.signed_list import encode_trust_list, read_trust_list

__all__ = [
    "Contact",
    "Entitlement",
    "SchemeOperator",
    "TrustList",
    "TrustedEntity",
    "encode_trust_list",
    "read_trust_list",
]
