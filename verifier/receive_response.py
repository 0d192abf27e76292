"""Use case: take a wallet's response, once (OpenID4VP 1.0, sections 8.1 to 8.6, 14.1 to 14.4).

What cannot be attributed to the transaction (unreadable, not to its key, without its `state`) leaves it open: nobody
may close it from outside. What carries its `state` is its one answer and closes it, whether it is good or not. Two
responses at once are both judged; the database lets one of them close the transaction.

Towards the wallet, a response is refused if a presentation FAILED a check of form, integrity, holder's proof or query;
a credential that is genuine but withdrawn or does not cover is accepted, and only the inspector learns (design.md 12).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import dcql
from vc_core.authorization_request import ResponseMode, encryption_key_id
from vc_core.authorization_response import ResponseParameters, WalletError, parse_response, require_state
from vc_core.checks import Outcome
from vc_core.dcql import Query
from vc_core.formats.base import HolderChallenge
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import Transaction, parse_transactions
from vc_core.verdict import Verdict
from vc_core.verdict_json import verdict_json
from vc_core.verification import identified
from verifier.expectation import from_json
from verifier.give_receipt import GiveReceipt
from verifier.identifiers import fingerprint, new_id, new_secret
from verifier.inspection_profiles import InspectionProfile, Profiles
from verifier.judge_presentation import Judged, JudgePresentation
from verifier.ports import Clock, RandomBytes, Record, Requests
from verifier.query import read_query
from verifier.rechecks import QueueRecheck
from verifier.refusals import (
    PresentationRefused,
    ResponseBeforeFetch,
    ResponseMalformed,
    ResponseNotEncrypted,
    ResponseReplayed,
    ResponseTooLate,
    ResponseToUnknownRequest,
    ResponseUndecipherable,
    StateMismatch,
    WalletRefusal,
)
from verifier.transactions import (
    Answered,
    Created,
    Expired,
    Fetched,
    Flow,
    Refused,
    answer,
    as_of,
    decline,
    refuse,
)

REFUSING = ("format.", "integrity.", "holder.", "query.")
"""Check ids that begin so refuse the response when they FAILED."""

SATISFIED = "query.satisfied"
_ENCRYPTION = ("jwe_", "jwk_", "epk_", "apu_", "apv_", "critical_header_")
"""How the reasons begin for which an encrypted response cannot be opened (`vc_core.jwe`)."""

JudgedAnswer = Mapping[str, Sequence[Judged]]
"""By credential query id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveResponse:
    requests: Requests
    profiles: Profiles
    judge: JudgePresentation
    give_receipt: GiveReceipt
    queue_recheck: QueueRecheck
    clock: Clock
    random: RandomBytes

    def __call__(self, request_id: str, form: Mapping[str, Sequence[str]]) -> str | None:
        """The response code with which the holder's browser is to come back, None where it is not wanted.

        Raises a `WalletRefusal`; returns where the wallet is told that its response was processed.

        1. The transaction waits for an answer.  `ResponseToUnknownRequest`, `ResponseBeforeFetch`, `ResponseReplayed`,
           `ResponseTooLate`
        2. The response is read, encrypted if that was asked.  `ResponseMalformed`, `ResponseNotEncrypted`,
           `ResponseUndecipherable`
        3. It is the answer to this request.  `StateMismatch`
        4. Its presentations are judged, each and together.
        5. The transaction is closed, by one response only.  `ResponseReplayed`
        6. The wallet learns whether it was refused, and by which check.  `PresentationRefused`
        """
        now = self.clock()
        fetched = self.awaited(request_id, now)  # 1
        if fetched.terms.origins:
            raise ResponseToUnknownRequest()
        response = _read(fetched, form)  # 2
        try:
            require_state(response, fetched.terms.state)  # 3
        except Rejection as rejection:
            raise StateMismatch(rejection.reason) from rejection
        return self.settle(fetched, response, now)

    def settle(self, fetched: Fetched, response: ResponseParameters | WalletError, now: datetime) -> str | None:
        """Steps 4 to 6."""
        closed, kept = self._outcome(fetched, response, now)  # 4
        code = new_secret(self.random) if fetched.terms.flow is Flow.SAME_DEVICE else None
        if code is not None:
            closed = replace(closed, response_code=fingerprint(code))
        profile = self.profiles.of(fetched.terms.profile)
        records = [self._record(one, profile, now) for one in kept]
        if not self.requests.close(closed, records):  # 5
            raise ResponseReplayed()
        for one, record in zip(kept, records, strict=True):
            self.queue_recheck(one, profile, id_=record.id, desk=fetched.terms.recheck_desk)
        if isinstance(closed, Refused) and closed.check is not None:  # 6
            raise PresentationRefused(closed.check)
        return code

    def awaited(self, request_id: str, now: datetime) -> Fetched:
        transaction = self.requests.find(request_id)
        if transaction is None:
            raise ResponseToUnknownRequest()
        match as_of(transaction, now):
            case Fetched() as fetched:
                return fetched
            case Created():
                raise ResponseBeforeFetch()
            case Expired():
                raise ResponseTooLate()
            case Answered() | Refused():
                raise ResponseReplayed()
            case other:
                assert_never(other)

    def _outcome(
        self, fetched: Fetched, response: ResponseParameters | WalletError, now: datetime
    ) -> tuple[Answered | Refused, Sequence[Judged]]:
        """How the transaction ends, and what is kept of its verdicts: of a refused answer, those that refuse it."""
        if isinstance(response, WalletError):
            return decline(fetched, error=response.error, at=now), ()
        query = read_query(fetched.terms.query)
        if any(query.credential(query_id) is None for query_id in response.vp_token):
            return refuse(fetched, check=SATISFIED, at=now), ()
        judged = self._judged(fetched, query, response.vp_token, now)
        refused = [one for answers in judged.values() for one in answers if _refusing(one.verdict) is not None]
        if refused:
            return refuse(fetched, check=_refusing(refused[0].verdict) or SATISFIED, at=now), refused
        if not _satisfies(query, judged):
            return refuse(fetched, check=SATISFIED, at=now), ()
        return answer(fetched, at=now), self._identified(fetched, judged)

    def _identified(self, fetched: Fetched, judged: JudgedAnswer) -> list[Judged]:
        """All of it, the verdicts on documents with what the identity shown beside them gave."""
        everything = [one for answers in judged.values() for one in answers]
        wanted = fetched.terms.identified_by
        identity = next((one for one in everything if wanted and one.verdict.document.type_id == wanted), None)
        return [one if one is identity else self._compared(one, identity) for one in everything]

    def _compared(self, one: Judged, identity: Judged | None) -> Judged:
        if identity is None or identity.parsed is None or one.parsed is None:
            return one
        catalogue = self.judge.catalogue
        verdict = identified(one.verdict, one.parsed, identity.verdict, identity.parsed, catalogue)
        return replace(one, verdict=verdict)

    def _judged(
        self, fetched: Fetched, query: Query, vp_token: Mapping[str, Sequence[str]], now: datetime
    ) -> JudgedAnswer:
        expected = from_json(fetched.terms.expectation).on(now.date())
        asked = challenge(fetched)

        def judged(query_id: str, text: str) -> Judged:
            transactions = _transactions(fetched, query, query_id)
            proof = replace(asked, transactions=transactions) if transactions else asked
            return self.judge(text, replace(expected, challenge=proof, query=query.credential(query_id)), now)

        return {
            query_id: [judged(query_id, text) for text in presentations] for query_id, presentations in vp_token.items()
        }

    def _record(self, judged: Judged, profile: InspectionProfile, now: datetime) -> Record:
        """What the role may see is all that is kept."""
        verdict = judged.verdict
        return Record(
            id=new_id(now, self.random),
            identity_compared=verdict.identity_compared,
            body=profile.shown({**verdict_json(verdict), "receipt": self.give_receipt(judged)}),
        )


def _satisfies(query: Query, judged: JudgedAnswer) -> bool:
    """Section 8.6: the whole set against the query, each presentation having been found good."""
    return not dcql.judge_set(query, {query_id: len(answers) for query_id, answers in judged.items()})


def challenge(fetched: Fetched) -> HolderChallenge:
    """What the proofs in the answer have to be over."""
    terms, key = fetched.terms, fetched.encryption_key
    return HolderChallenge(
        nonce=terms.nonce,
        client_id=terms.client_id,
        response_uri=terms.response_uri,
        encryption_thumbprint=None if key is None else jwk_thumbprint(jwk_from_public_key(key.public_key())),
        agreement=None if key is None else SoftwareKey(key),
        origin=terms.origins[0] if terms.origins else None,
    )


def _transactions(fetched: Fetched, query: Query, query_id: str) -> tuple[Transaction, ...]:
    """What the answer to one credential query has to authorise: all that names it."""
    data = fetched.terms.transaction_data
    asked = parse_transactions(data, query) if data else ()
    return tuple(one for one in asked if query_id in one.credential_ids)


def _read(fetched: Fetched, form: Mapping[str, Sequence[str]]) -> ResponseParameters | WalletError:
    try:
        return parse_response(form, mode=ResponseMode(fetched.terms.response_mode), keys=keys_of(fetched))
    except Rejection as rejection:
        raise unread(rejection) from rejection


def keys_of(fetched: Fetched) -> dict[str, ec.EllipticCurvePrivateKey]:
    """The key that the answer is encrypted to, by its id."""
    key = fetched.encryption_key
    return {} if key is None else {encryption_key_id(key.public_key()): key}


def unread(rejection: Rejection) -> WalletRefusal:
    if rejection.reason == "response_not_encrypted":
        return ResponseNotEncrypted(rejection.reason)
    if rejection.reason.startswith(_ENCRYPTION):
        return ResponseUndecipherable(rejection.reason)
    return ResponseMalformed(rejection.reason, where=rejection.where)


def _refusing(verdict: Verdict) -> str | None:
    """The first check that refuses the response."""
    failed = (check.id for check in verdict.checks if check.outcome is Outcome.FAILED)
    return next((id_ for id_ in failed if id_.startswith(REFUSING)), None)
