"""An issuer under test: the harness plays institution and wallet, with one thing wrong in what the wallet sends.

The document is registered once; every case takes an offer of its own. The answer to the faulty message is judged by
status, error code and challenge. Afterwards an honest wallet tries what the faulty one tried: a refusal must have left
the issuer's state as it was. Works the same against an application in this process and against an address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2

from conformance.cannot_run import CannotRunError
from conformance.fault_table import FAULTS
from conformance.scenario import Case, Endpoint, Issuance, Role
from conformance.world import World
from vc_core import jose, strict_json
from vc_core.addresses import LoopbackHttp
from vc_core.rejection import Rejection
from wallet_sim import issuance
from wallet_sim.access_token import AccessToken
from wallet_sim.exchange import JSON, Answer, Exchange, RequestDraft
from wallet_sim.faults import Fault, PossessionFault, RequestFault, RequestIngredients
from wallet_sim.issuance import PlannedRequest
from wallet_sim.issuer_metadata import Configuration
from wallet_sim.possession import Possession

_MAX_ERROR = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answer to the faulty message. undisturbed: whether an honest try succeeds afterwards."""

    status: int
    error: str | None
    challenge: str | None
    undisturbed: bool


@dataclass(slots=True, kw_only=True)
class IssuerUnderTest:
    """base_url: its credential issuer identifier. api_keys: bearer key by institution id. clock: as it reads it."""

    client: httpx2.Client
    base_url: str
    api_keys: Mapping[str, str]
    world: World
    clock: Callable[[], datetime]
    _documents: dict[str, str] = field(default_factory=dict)
    _offers: int = 0

    def judge(self, case: Case) -> Judged:
        scenario = case.scenario
        if not isinstance(scenario, Issuance):
            raise TypeError(f"{scenario.id} is no issuance")
        fault = FAULTS[Role.WALLET][scenario.fault] if scenario.fault else None
        if fault is not None and not isinstance(fault, RequestFault | PossessionFault):
            raise TypeError(f"{fault.id} is no fault of a request to an issuer")
        taking = self._begin(case)
        if scenario.at is Endpoint.TOKEN:
            return self._token(taking, fault)
        return self._credential(taking, fault, case.format_id)

    # ---------------------------------------------------------------------------------------------- the institution
    def _begin(self, case: Case) -> "_Taking":
        exchange = Exchange(client=self.client, policy=LoopbackHttp.ALLOWED)
        offered = self._offer(case.type_id)
        self._offers += 1
        try:
            opened = issuance.open_offer(offered["url"], exchange)
        except Rejection as rejection:
            raise CannotRunError(f"the offer cannot be opened: {rejection}") from rejection
        honest = issuance.Issuance.begin(
            opened, exchange, random=self.world.random(f"{case.id}/{self._offers}"), now=self.clock()
        )
        return _Taking(honest=honest, tx_code=offered.get("tx_code"), stranger=self.world.random("stranger"))

    def _offer(self, type_id: str) -> Mapping[str, Any]:
        document_id = self._documents.get(type_id)
        if document_id is None:
            answer = self._institution("POST", f"/v1/{type_id}", type_id, self.world.claims(type_id))
            self._documents[type_id] = answer["document_id"]
            offer: Mapping[str, Any] = answer["offer"]
            return offer
        return self._institution("POST", f"/v1/{type_id}/{document_id}/offers", type_id, None)

    def _institution(self, method: str, path: str, type_id: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        institution = self.world.institution_of(self.world.catalogue.type(type_id), self.world.claims(type_id))
        key = self.api_keys.get(institution.id) or self.api_keys.get("")
        if key is None:
            raise CannotRunError(f"no API key for {institution.id}")
        answer = self.client.request(
            method,
            f"{self.base_url}{path}",
            headers={
                "Authorization": f"Bearer {key}",
                "Idempotency-Key": f"conformance-{type_id}",
                "Content-Type": JSON,
            },
            content=b"" if body is None else strict_json.dump(body),
        )
        if not answer.is_success:
            raise CannotRunError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
        document: dict[str, Any] = answer.json()
        return document

    # --------------------------------------------------------------------------------------------------- the wallet
    def _token(self, taking: "_Taking", fault: Fault | None) -> Judged:
        draft = taking.honest.plan_token(taking.tx_code)
        answers = taking.send(draft, fault)
        if len(answers) > 1 or answers[-1].status == 200:
            return _judged(answers[-1], undisturbed=True)
        again = taking.honest.possession.post(draft, now=self.clock())
        return _judged(answers[-1], undisturbed=again.status == 200)

    def _credential(self, taking: "_Taking", fault: Fault | None, format_id: str) -> Judged:
        token, asked = self._redeem(taking), self._configuration(taking, format_id)
        spent = self._spend_a_nonce(taking, token, asked)
        planned = taking.honest.plan_credential(asked, token)
        answers = taking.send(planned.draft, fault, planned=planned, spent_nonce=spent)
        if len(answers) > 1 or answers[-1].status == 200:
            return _judged(answers[-1], undisturbed=True)
        again = taking.honest.plan_credential(asked, token)
        answer = taking.honest.possession.post(again.draft, now=self.clock())
        return _judged(answers[-1], undisturbed=answer.status == 200)

    def _redeem(self, taking: "_Taking") -> AccessToken:
        try:
            return taking.honest.redeem(taking.honest.plan_token(taking.tx_code))
        except Exception as error:
            raise CannotRunError(f"no access token: {error}") from error

    def _configuration(self, taking: "_Taking", format_id: str) -> Configuration:
        for one in taking.honest.offer.configurations:
            if one.format == format_id:
                return one
        raise CannotRunError(f"nothing in format {format_id} is offered")

    def _spend_a_nonce(self, taking: "_Taking", token: AccessToken, asked: Configuration) -> str:
        """Collects another credential of the offer, if there is one, and says which nonce served for it."""
        other = next((one for one in taking.honest.offer.configurations if one.id != asked.id), None)
        if other is None:
            return "spent"
        planned = taking.honest.plan_credential(other, token)
        answer = taking.honest.possession.post(planned.draft, now=self.clock())
        if answer.status != 200:
            raise CannotRunError(f"the other credential of the offer answered {answer.status}")
        return _nonce_in(planned)


@dataclass(slots=True, kw_only=True)
class _Taking:
    """One offer being taken."""

    honest: issuance.Issuance
    tx_code: str | None
    stranger: Callable[[int], bytes]

    def send(
        self,
        draft: RequestDraft,
        fault: Fault | None,
        *,
        planned: PlannedRequest | None = None,
        spent_nonce: str = "spent",
    ) -> list[Answer]:
        """The answers to the faulty message, or messages."""
        stranger = issuance.fresh_key(self.stranger)
        match fault:
            case PossessionFault(prove=prove, sends=sends):
                own = self.honest.possession
                possession = Possession(
                    exchange=own.exchange, signer=own.signer, random=own.random,
                    prove=lambda request: prove(request, stranger),
                )  # fmt: skip
                return [possession.post(draft, now=self.honest.now) for _ in range(sends)]
            case RequestFault(alter=alter):
                key = planned.key if planned is not None and planned.key is not None else stranger
                ingredients = RequestIngredients(
                    key=key, stranger=stranger, now=self.honest.now, spent_nonce=spent_nonce
                )
                drafts = alter(draft, ingredients)
            case _:
                drafts = (draft,)
        return [self.honest.possession.post(one, now=self.honest.now) for one in drafts]


def _judged(answer: Answer, *, undisturbed: bool) -> Judged:
    error: str | None = None
    try:
        found = strict_json.parse_object(answer.body, max_bytes=_MAX_ERROR).get("error")
        error = found if isinstance(found, str) else None
    except Rejection:
        pass
    challenge = answer.headers.get("www-authenticate", "").partition(" ")[0] or None
    return Judged(status=answer.status, error=error, challenge=challenge, undisturbed=undisturbed)


def _nonce_in(planned: PlannedRequest) -> str:
    """The `c_nonce` in the key proof of a request."""
    body = strict_json.parse_object(planned.draft.content, max_bytes=len(planned.draft.content))
    nonce: str = jose.parse_jws(body["proofs"]["jwt"][0]).claims()["nonce"]
    return nonce
