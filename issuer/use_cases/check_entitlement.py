"""Whether an institution is competent on a day, as verifiers will see it: what is signed outside its periods is
confirmed by nobody (`trust.issuer_entitled`), so it is not signed.

The trust list decides, as it is published; whom it does not know, or if it cannot be relied upon now, is not held up.
"""

from dataclasses import dataclass
from datetime import date, datetime

from issuer.use_cases.gather_evidence import ReadTrust
from vc_core.trust import TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntitlement:
    """read_trust: None where the service has no trust list."""

    read_trust: ReadTrust | None

    def __call__(self, institution_id: str, type_id: str, day: date, *, now: datetime) -> bool:
        trust = None if self.read_trust is None else self.read_trust(now)
        entity = trust.entity(institution_id) if isinstance(trust, TrustList) else None
        return entity is None or entity.entitled(type_id, day)
