"""Signs where each institution's audit log ends: once a day by itself, and whenever somebody asks.

A chain that has not grown since its last head gets no new one. Of processes that sign at once one signs, because the
end of the chain is held meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from issuer.audit_heads import Head, SignedHead, sign_head
from issuer.institutions import Institution
from issuer.ports import Clock, Institutions, Lock, Register, Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAuditHeads:
    transactions: Transactions
    institutions: Institutions
    clock: Clock

    def __call__(self) -> tuple[SignedHead, ...]:
        """The newest head of every log that has entries, made now if the log has grown."""
        return self._signed(self.institutions.all(), self.clock())

    def daily(self) -> tuple[SignedHead, ...]:
        """The same for the logs whose newest head is not of today."""
        now = self.clock()

        def due(register: Register) -> list[Institution]:
            heads = [(one, register.audit.last_head(one.id)) for one in self.institutions.all()]
            return [one for one, last in heads if last is None or last.head.day < now.date()]

        return self._signed(self.transactions.read(due), now)

    def _signed(self, institutions: Iterable[Institution], now: datetime) -> tuple[SignedHead, ...]:
        heads = [self.transactions.write(partial(_sign, institution=one, now=now)) for one in institutions]
        return tuple(head for head in heads if head is not None)


def _sign(register: Register, *, institution: Institution, now: datetime) -> SignedHead | None:
    end = register.audit.end(institution.id, lock=Lock.HELD)
    if end is None:
        return None
    last = register.audit.last_head(institution.id)
    if last is not None and last.head.end == end:
        return last
    head = Head(
        institution_id=institution.id,
        number=1 if last is None else last.head.number + 1,
        end=end,
        previous=None if last is None else last.digest,
        signed_at=now.replace(microsecond=0),
    )
    signed = sign_head(head, institution.status_signer)
    register.audit.add_head(signed)
    return signed
