"""A page of the verifier under test: the harness plays the page, the browser and the wallet behind it.

Requests go through the Digital Credentials API (OpenID4VP 1.0, appendix A): the page asks its service for them, hands
them to the browser, and gives its service what the browser brings back. The requests are signed, as HAIP 1.0, section
5.2, has it; what only the wallet could do wrong is in `wallet_sim.faults`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from conformance.cannot_run import CannotRunError
from conformance.presenting import Asking, Stage, asking_of, held
from conformance.verifier_interface import Told, Transaction, read_json, told_of, wanted
from conformance.world import World
from vc_core.authorization_response import encode_dc_response
from vc_core.dc_api import DcApiMode, Protocol, Trusted
from vc_core.rejection import Rejection
from wallet_sim.dc_api import OpenedDcRequest, open_dc_request
from wallet_sim.refusals import WalletRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInBrowser:
    """A request that the page made and an honest wallet would answer."""

    transaction: Transaction
    opened: OpenedDcRequest

    @property
    def query_id(self) -> str:
        return self.opened.wishes[0].query_id

    @property
    def asking(self) -> Asking:
        query_id = self.query_id
        return asking_of(self.opened.challenge(query_id), self.opened.accepted.query.credentials, query_id)

    def answer(self, presentation: str) -> dict[str, Any]:
        return encode_dc_response({self.query_id: [presentation]}, encryption=self.opened.accepted.encryption)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUnderTest:
    client: httpx2.Client
    base_url: str
    world: World

    def ask(self, stage: Stage, mode: DcApiMode) -> AskedInBrowser:
        body = {
            **wanted(self.world, stage.case, stage.scenario.asked),
            "response_mode": mode.value,
            "protocols": [Protocol.SIGNED.value],
        }
        made = read_json(self.client.post(f"{self.base_url}/v1/dc-requests", json=body), 201)
        trusted = Trusted(anchors=(self.world.pilot.access_authority.certificate,))
        honest = held(stage.case.format_id, stage.honest_credential())
        try:
            opened = open_dc_request(
                made["requests"][0], origin=self.base_url, trusted=trusted, held=[honest], now=self.world.now
            )
        except (Rejection, WalletRefusal) as refusal:
            raise CannotRunError(f"an honest wallet does not answer the request: {refusal}") from refusal
        transaction = Transaction(link="", id=made["id"], read_token=made["read_token"])
        return AskedInBrowser(transaction=transaction, opened=opened)

    def hand_in(self, asked: AskedInBrowser, data: Mapping[str, Any]) -> Told:
        """What the service tells the page, and so the wallet."""
        answer = self.client.post(
            f"{self.base_url}/v1/dc-requests/{asked.transaction.id}/response",
            json={"data": data},
            headers={"Authorization": f"Bearer {asked.transaction.read_token}"},
        )
        return told_of(answer.status_code, answer.content)
