"""Use cases of whoever made a request or handed something in: read how far it is, and record the identity step.

Whether the person standing there was compared with the document is answered by a person; it stands beside the verdict
and changes nothing in it (design.md 5). The answer may be corrected: the last one counts.
"""

from dataclasses import dataclass, replace

from vc_core.verdict import IdentityCompared
from verifier.identifiers import matches
from verifier.ports import Clock, HandedIn, Records, Requests, Result
from verifier.refusals import NothingToCompare, RequestUnknown, ResponseCodeWrong, TokenWrong, VerdictUnknown
from verifier.transactions import Answered, Flow, Refused, Transaction, as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    requests: Requests
    clock: Clock

    def __call__(self, request_id: str, read_token: str, response_code: str = "") -> Result:
        """response_code: with which the browser came back, where the wallet is on the same device.

        Raises `RequestUnknown`, `TokenWrong`, `ResponseCodeWrong`.
        """
        now = self.clock()
        found = self.requests.result(request_id)
        if found is None:
            raise RequestUnknown("no such request")
        require_token(found.transaction, read_token)
        current = as_of(found.transaction, now)
        _require_code(current, response_code)
        return replace(found, transaction=current)


def _require_code(transaction: Transaction, response_code: str) -> None:
    """An answer from the same device is read by the browser that the wallet sent back, and nobody else."""
    if transaction.terms.flow is not Flow.SAME_DEVICE or not isinstance(transaction, (Answered, Refused)):
        return
    if transaction.response_code is None or not matches(response_code, transaction.response_code):
        raise ResponseCodeWrong("the browser has to come back with the response code")


def transaction_for(requests: Requests, request_id: str, read_token: str) -> Transaction:
    """As it was last written down, for whoever has its token. Raises `RequestUnknown`, `TokenWrong`."""
    transaction = requests.find(request_id)
    if transaction is None:
        raise RequestUnknown("no such request")
    require_token(transaction, read_token)
    return transaction


def require_token(transaction: Transaction, read_token: str) -> None:
    """Raises `TokenWrong`."""
    if not matches(read_token, transaction.terms.token_fingerprint):
        raise TokenWrong("not the token of this request")


def record_for(records: Records, record_id: str, token: str) -> HandedIn:
    """The verdict on what was handed in, for whoever has its token. Raises `VerdictUnknown`, `TokenWrong`."""
    record = records.find(record_id)
    if record is None:
        raise VerdictUnknown("no such verdict")
    if not matches(token, record.token_fingerprint):
        raise TokenWrong("not the token of this verdict")
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordIdentity:
    requests: Requests
    records: Records
    read_result: ReadResult

    def of_request(
        self, request_id: str, read_token: str, identity: IdentityCompared, response_code: str = ""
    ) -> Result:
        """Raises `RequestUnknown`, `TokenWrong`, `ResponseCodeWrong`, `NothingToCompare`."""
        result = self.read_result(request_id, read_token, response_code)
        if not result.records:
            raise NothingToCompare("this request has no verdict yet")
        self.requests.set_identity(request_id, identity)
        return self.read_result(request_id, read_token, response_code)

    def of_verdict(self, record_id: str, token: str, identity: IdentityCompared) -> HandedIn:
        """Raises `VerdictUnknown`, `TokenWrong`."""
        record = record_for(self.records, record_id, token)
        self.records.set_identity(record_id, identity)
        return self.records.find(record_id) or record
