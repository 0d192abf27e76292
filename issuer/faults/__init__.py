"""What the issuing side can do wrong, one thing at a time, for scenarios only; nothing else imports this package.

    desk, status_draft            where credentials and status list tokens are made
    plan, certificates            dates, status reference, holder's key; the signer and its chain: in every format
    sd_jwt_*, mdoc*, inspection_code    one format each
    status                        lists, tokens, servers

`FAULTS` holds them all by id. The trust list has an operator of its own: its faults are in `conformance.trust_faults`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from issuer.faults import (
    certificates,
    inspection_code,
    mdoc,
    plan,
    sd_jwt_disclosures,
    sd_jwt_envelope,
    sd_jwt_signature,
    status,
)
from issuer.faults.desk import CredentialFault, Desk
from issuer.faults.status_draft import NoStatusAnswer, StatusAnswer, StatusDesk, StatusFault, StatusPlan

__all__ = [
    "FAULTS",
    "CredentialFault",
    "Desk",
    "NoStatusAnswer",
    "StatusAnswer",
    "StatusDesk",
    "StatusFault",
    "StatusPlan",
]

Fault = CredentialFault | StatusFault

_ALL: tuple[Fault, ...] = (
    *plan.FAULTS,
    *certificates.FAULTS,
    *sd_jwt_signature.FAULTS,
    *sd_jwt_disclosures.FAULTS,
    *sd_jwt_envelope.FAULTS,
    *mdoc.FAULTS,
    *inspection_code.FAULTS,
    *status.FAULTS,
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.id: fault for fault in _ALL})
if len(FAULTS) != len(_ALL):
    raise ValueError("two faults have the same id")
