"""Verification: one parsed presentation, what was expected of it and the evidence gathered, judged at one instant.

    verify(parsed, expected, evidence, policy, now, catalogue) -> Verdict

Pure: what had to be fetched (status list tokens, the trust list) is handed in as a value, a failed fetch included. Who
has yet to fetch calls `begin`, fetches the `wanted_status_lists`, and calls `finish`. `case` holds the inputs and what
follows from them, `form`, `trust`, `validity`, `claims`, `status` and `query` answer one family of questions each,
`procedure` asks them all in the order of the catalogue and weighs the answers.
"""

from vc_core.trust import TrustUnavailable
from vc_core.verification.case import (
    GATHERED,
    RULES,
    CredentialUnreadable,
    Evidence,
    Expected,
    HolderPolicy,
    Person,
    Policy,
    StatusFetched,
    StatusUnavailable,
    Watch,
    unwatched,
)
from vc_core.verification.identity import identified
from vc_core.verification.procedure import (
    begin,
    finish,
    verify,
    verify_text,
    wanted_status_lists,
)

__all__ = [
    "GATHERED",
    "RULES",
    "CredentialUnreadable",
    "Evidence",
    "Expected",
    "HolderPolicy",
    "Person",
    "Policy",
    "StatusFetched",
    "StatusUnavailable",
    "TrustUnavailable",
    "Watch",
    "begin",
    "finish",
    "identified",
    "unwatched",
    "verify",
    "verify_text",
    "wanted_status_lists",
]
