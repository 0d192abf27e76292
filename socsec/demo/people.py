"""The people of the story, each with what they have at hand: an institution's officer, the holder, an inspector.

They talk to the services over HTTP and know nothing of each other; what they hand over is a link or a picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from conformance.tampering import with_fault
from vc_core.claims import Claims
from wallet_sim.presentation import plan_response, send_response
from wallet_sim.refusals import PeerDeclined
from wallet_sim.wallet import Wallet


class StoryError(Exception):
    """A service answered what the story cannot go on with."""


def _answer(response: httpx2.Response, status: int) -> Any:
    if response.status_code != status:
        raise StoryError(f"{response.request.url}: {response.status_code} {response.text[:500]}")
    return response.json()


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody in an institution's back office, who has its bearer key."""

    http: httpx2.Client
    issuer: str
    key: str

    def post(self, type_id: str, claims: Claims, *, idempotency_key: str) -> Mapping[str, Any]:
        headers = {**self._bearer(), "Idempotency-Key": idempotency_key}
        body: Mapping[str, Any] = _answer(
            self.http.post(f"{self.issuer}/v1/{type_id}", json=dict(claims), headers=headers), 201
        )
        return body

    def code_image(self, document: Mapping[str, Any]) -> bytes:
        response = self.http.get(document["inspection_code"]["qr_png"], headers=self._bearer())
        if response.status_code != 200:
            raise StoryError(f"the inspection code: {response.status_code}")
        return response.content

    def withdraw(self, type_id: str, document: Mapping[str, Any]) -> None:
        url = f"{self.issuer}/v1/{type_id}/{document['document_id']}/withdraw"
        _answer(self.http.post(url, json={"reason_code": "conditions_not_met"}, headers=self._bearer()), 200)

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody with the verifier's page or interface before them."""

    http: httpx2.Client
    verifier: str

    def ask(self, type_id: str, profile: str, format_id: str, *, state: str) -> Mapping[str, Any]:
        """A request for one document in one format; its link is what the code on the screen holds."""
        wish = {"type": type_id, "profile": profile, "formats": [format_id], "expected": {"host_state": state}}
        request: Mapping[str, Any] = _answer(self.http.post(f"{self.verifier}/v1/requests", json=wish), 201)
        return request

    def result(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {request['read_token']}"}
        result = _answer(self.http.get(f"{self.verifier}/v1/requests/{request['id']}", headers=headers), 200)
        verdict: Mapping[str, Any] = result["verdicts"][0]
        return verdict

    def scan(self, image: bytes, *, state: str) -> Mapping[str, Any]:
        verdict: Mapping[str, Any] = _answer(
            self.http.post(
                f"{self.verifier}/v1/verify",
                params={"host_state": state},
                content=image,
                headers={"Content-Type": "image/png"},
            ),
            200,
        )
        return verdict


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a wallet."""

    wallet: Wallet

    def collect(self, offer: Mapping[str, Any]) -> list[str]:
        """Formats of the credentials received."""
        return sorted(credential.format for credential in self.wallet.receive(offer["url"], offer["tx_code"]))

    def show(self, request: Mapping[str, Any]) -> None:
        self.wallet.present(request["authorization_url"])

    def show_tampered(self, request: Mapping[str, Any], faults: Mapping[str, str]) -> None:
        """Sends what the wallet would, with one fault, named for each format; the verifier declines it."""
        opened = self.wallet.open_request(request["authorization_url"])
        planned = self.wallet.plan_presentations(opened)
        token = {one.query_id: [with_fault(one, faults[one.format])] for one in planned}
        try:
            send_response(plan_response(opened.accepted, token), self.wallet.exchange)
        except PeerDeclined:
            return
        raise StoryError("the verifier took a tampered presentation")
