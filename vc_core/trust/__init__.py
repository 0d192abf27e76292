"""Who may issue which credential type, from when to when, and whose certificates say so.

A list of trusted entities (ETSI TS 119 602 V1.1.1, JSON), signed by its operator, is the only way trust enters. The
rest of the program sees `TrustList`, or `TrustLists` where it goes by several; `entities` holds the values, `lote`
writes and `lote_reading` reads the document, `signed_list` signs it and judges what was fetched, `trust_lists` holds
several side by side. Left out: lists of lists, XML, TS 119 612 (qualified services).
"""

from vc_core.trust.entities import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList
from vc_core.trust.signed_list import encode_trust_list, read_trust_list
from vc_core.trust.trust_lists import ConsultedList, ListEntry, Trust, TrustLists, TrustUnavailable

__all__ = [
    "ConsultedList",
    "Contact",
    "Entitlement",
    "ListEntry",
    "SchemeOperator",
    "Trust",
    "TrustList",
    "TrustLists",
    "TrustUnavailable",
    "TrustedEntity",
    "encode_trust_list",
    "read_trust_list",
]
