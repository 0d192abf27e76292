"""A verifier under test over HTTP: the harness plays issuer, status provider and wallet.

Against a verifier of this project a transaction is made by its interface for inspectors and the verdict is read there;
a foreign verifier is given answers to links that somebody made with it, and judged by what it answers to the wallet:
what is authentic is accepted whatever the verdict, what is not is refused (design.md 12). The verifier has to trust the
harness's world (`world_folder`) and to reach its status lists.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from conformance.cannot_run import CannotRunError
from conformance.fault_table import FAULTS
from conformance.page_under_test import PageUnderTest
from conformance.presenting import Asking, Stage, StatusServer, asking_of, held, set_up
from conformance.scenario import Asked, Case, ExpectedVerdict, Response, Role, Showing, Verification
from conformance.verifier_interface import Observed, Told, Transaction, expected, read_json, told_of, wanted
from conformance.world import World
from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import ResponseMode
from vc_core.dc_api import DcApiMode
from vc_core.rejection import Rejection
from vc_core.verdict import Word
from wallet_sim.exchange import Answer, Exchange
from wallet_sim.faults import DcResponseFault, DcResponseIngredients, ResponseFault, ResponseIngredients
from wallet_sim.presentation import challenge_of, plan_response
from wallet_sim.refusals import WalletRefusal
from wallet_sim.request import OpenedRequest, RequestReader

ServeStatus = Callable[[StatusServer], None]
"""Lets the status lists' server answer so from now on."""

PublishTrust = Callable[[str], None]
"""Puts another trust list in the place from where the verifier reads it."""


@dataclass(slots=True, kw_only=True)
class VerifierUnderTest:
    """links: of requests made with a foreign verifier, one for each case; None for a verifier of this project."""

    client: httpx2.Client
    base_url: str
    world: World
    serve_status: ServeStatus
    publish_trust: PublishTrust
    links: Iterator[str] | None = None

    # ----------------------------------------------------------------------------------------------- verifications
    def observe(self, case: Case) -> Observed:
        stage = self._set_up(case)
        credential = stage.credential()
        if stage.handed_in:
            return Observed(verdict=self._handed_in(credential, case, stage.scenario.asked))
        if stage.in_browser:
            return self._in_browser(stage, credential)
        transaction = self._ask(case, stage.scenario.asked, ResponseMode.DIRECT_POST_JWT)
        opened = self._open(transaction, stage)
        presentation = stage.presentation(credential, self._asking(opened))
        draft = plan_response(opened.accepted, {opened.wishes[0].query_id: [presentation]})
        told = _told(self._exchange.post(draft.url, draft.content, media_type=draft.media_type))
        return Observed(verdict=self._read(transaction, told), told=told)

    def _in_browser(self, stage: Stage, credential: str) -> Observed:
        asked = self._page.ask(stage, DcApiMode.DC_API_JWT)
        presentation = stage.presentation(credential, asked.asking)
        told = self._page.hand_in(asked, asked.answer(presentation))
        return Observed(verdict=self._read(asked.transaction, told), told=told)

    @property
    def _page(self) -> PageUnderTest:
        if self.links is not None:
            raise CannotRunError("a foreign verifier's page is not at hand")
        return PageUnderTest(client=self.client, base_url=self.base_url, world=self.world)

    def _set_up(self, case: Case) -> Stage:
        stage = set_up(self.world, case)
        self.serve_status(stage.status_server())
        self.publish_trust(stage.publication().text)
        return stage

    def _handed_in(self, text: str, case: Case, asked: Asked) -> Mapping[str, Any]:
        if self.links is not None:
            raise CannotRunError("nothing can be handed in to a foreign verifier")
        answer = self.client.post(
            f"{self.base_url}/v1/verify", json={"text": text, "expected": expected(self.world, case, asked)}
        )
        verdict: Mapping[str, Any] = read_json(answer, 200)
        return verdict

    def _read(self, transaction: Transaction, told: Told) -> Mapping[str, Any] | None:
        if transaction.read_token is None:
            return None
        answer = self.client.get(
            f"{self.base_url}/v1/requests/{transaction.id}",
            headers={"Authorization": f"Bearer {transaction.read_token}"},
        )
        verdicts: Sequence[Mapping[str, Any]] = read_json(answer, 200)["verdicts"]
        if not verdicts and told.status >= 400:  # refused before anything was judged
            return None
        if len(verdicts) != 1:
            raise CannotRunError(f"{len(verdicts)} verdicts for one presentation; the wallet was told {told}")
        return verdicts[0]

    # --------------------------------------------------------------------------------------------------- responses
    def told(self, case: Case) -> Told:
        """What the wallet is told of a faulty response."""
        scenario = case.scenario
        if not isinstance(scenario, Response):
            raise TypeError(f"{scenario.id} is no response")
        stage = self._set_up(replace(case, scenario=_verification(scenario)))
        if isinstance(scenario.mode, DcApiMode):
            return self._told_in_browser(stage, scenario.mode, scenario.fault)
        opened = self._open(self._ask(case, Asked(), scenario.mode), stage)
        presentation = stage.presentation(stage.desk.credential(), self._asking(opened))
        token = {opened.wishes[0].query_id: [presentation]}
        fault = FAULTS[Role.WALLET].get(scenario.fault or "")
        drafts = [plan_response(opened.accepted, token)]
        if isinstance(fault, ResponseFault):
            ingredients = ResponseIngredients(
                accepted=opened.accepted, vp_token=token, stranger=self.world.holder("stranger")
            )
            drafts = list(fault.make(ingredients))
        answers = [self._exchange.post(one.url, one.content, media_type=one.media_type) for one in drafts]
        return _told(answers[-1])

    def _told_in_browser(self, stage: Stage, mode: DcApiMode, fault_id: str | None) -> Told:
        asked = self._page.ask(stage, mode)
        presentation = stage.presentation(stage.desk.credential(), asked.asking)
        fault = FAULTS[Role.WALLET].get(fault_id or "")
        answers: tuple[Mapping[str, Any], ...] = (asked.answer(presentation),)
        if isinstance(fault, DcResponseFault):
            answers = fault.make(DcResponseIngredients(
                accepted=asked.opened.accepted, vp_token={asked.query_id: [presentation]},
                stranger=self.world.holder("stranger")
            ))  # fmt: skip
        return [self._page.hand_in(asked, answer) for answer in answers][-1]

    # ----------------------------------------------------------------------------------------------------- requests
    @property
    def _exchange(self) -> Exchange:
        return Exchange(client=self.client, policy=LoopbackHttp.ALLOWED)

    def _ask(self, case: Case, asked: Asked, mode: ResponseMode) -> Transaction:
        if self.links is not None:
            link = next(self.links, None)
            if link is None:
                raise CannotRunError("there are no more links")
            return Transaction(link=link)
        body = {**wanted(self.world, case, asked), "response_mode": mode.value}
        made = read_json(self.client.post(f"{self.base_url}/v1/requests", json=body), 201)
        return Transaction(link=made["authorization_url"], id=made["id"], read_token=made["read_token"])

    def _open(self, transaction: Transaction, stage: Stage) -> OpenedRequest:
        reader = RequestReader(
            exchange=self._exchange,
            anchors=(self.world.pilot.access_authority.certificate,),
            random=self.world.random(f"{stage.case.id}/wallet"),
        )
        honest = held(stage.case.format_id, stage.honest_credential())
        try:
            return reader.open(transaction.link, [honest], now=self.world.now)
        except (Rejection, WalletRefusal) as refusal:
            raise CannotRunError(f"an honest wallet does not answer the request: {refusal}") from refusal

    def _asking(self, opened: OpenedRequest) -> Asking:
        query_id = opened.wishes[0].query_id
        challenge = challenge_of(opened.accepted, query_id, [query_id])
        return asking_of(challenge, opened.accepted.query.credentials, query_id)


def _verification(scenario: Response) -> Verification:
    """The honest verification around which a response is faulty."""
    return Verification(
        id=scenario.id, title=scenario.title, source=scenario.source, role=Role.NOBODY, types=scenario.types,
        formats=scenario.formats, expect=ExpectedVerdict(verdict=Word.CONFIRMED),
        showing=Showing.IN_BROWSER if isinstance(scenario.mode, DcApiMode) else Showing.PRESENTED,
    )  # fmt: skip


def _told(answer: Answer) -> Told:
    return told_of(answer.status, answer.body)
