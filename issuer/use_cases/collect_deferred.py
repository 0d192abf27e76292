"""Gives a wallet what it had asked for while its document was on hold: OpenID4VCI 1.0, section 9.

1. The access token of the issuance, bound to its key; a later one of the same family will do.  as `check_access`
2. The body names a transaction.  as `open_request`; `CredentialRequestMalformed`
3. In one transaction: the DPoP proof is unused, the transaction is one of this issuance and not over, the document
   stands.  `TransactionUnknown`, `CredentialDenied`
4. Still on hold: the same transaction id again.  Released: the credentials, and the transaction is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.audit import HOLDER
from issuer.identifiers import fingerprint
from issuer.ports import Clock, Lock, Register, Transactions
from issuer.refusals import CredentialRequestMalformed, TransactionUnknown
from issuer.use_cases.check_access import AuthorizedCall, CheckAccess
from issuer.use_cases.give_copies import GiveCopies, Issuance, Postponed, Wanted, require_issuable
from issuer.use_cases.open_request import OpenRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectDeferred:
    """interval: seconds that a wallet is asked to wait."""

    transactions: Transactions
    access: CheckAccess
    open: OpenRequest
    give: GiveCopies
    interval: int
    clock: Clock

    def __call__(self, call: AuthorizedCall) -> Issuance | Postponed:
        """Refuses with any `CredentialRefusal`."""
        now = self.clock()
        access = self.access(call, now=now)  # 1
        opened = self.open(call)  # 2
        transaction_id = _transaction_id(opened.members)

        def work(register: Register) -> Issuance | Postponed:  # 3
            self.access.spend(register, access, now=now)
            deferral = register.deferrals.find(fingerprint(transaction_id), lock=Lock.HELD)
            if deferral is None or deferral.family != access.grant.family:
                raise TransactionUnknown("transaction_id_unknown")
            document = register.documents.by_id(deferral.document_id, lock=Lock.HELD)
            require_issuable(document)
            if register.holds.is_on(document.id):  # 4
                return Postponed(
                    transaction_id=transaction_id, interval=self.interval, answer_in=opened.answer_in
                )  # fmt: skip
            register.deferrals.end(deferral.fingerprint)
            wanted = Wanted(
                document=document,
                configuration_id=deferral.configuration_id,
                offer_id=deferral.offer_id,
                keys=deferral.keys,
            )
            return self.give(register, access.grant, wanted, opened.answer_in, now=now)

        return self.transactions.write(work, by=HOLDER)


def _transaction_id(request: Mapping[str, Any]) -> str:
    transaction_id = request.get("transaction_id")
    if not isinstance(transaction_id, str) or not transaction_id:
        raise CredentialRequestMalformed("transaction_id_malformed" if transaction_id else "transaction_id_missing")
    return transaction_id
