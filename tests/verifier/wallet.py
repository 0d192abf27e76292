"""A wallet for tests, made of the core's own parts: fetches a request, answers it, each step open to a change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from tests.verifier.world import Held, World
from vc_core import authorization_response, dcql, jose, jwe, strict_json
from vc_core.authorization_request import ResponseEncryption, ResponseMode
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.verification.query import facts

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    """A request as the inspector made it and the wallet fetched it."""

    offer: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def response_path(self) -> str:
        return f"/response/{self.offer['id']}"

    @property
    def encryption(self) -> ResponseEncryption | None:
        if self.claims["response_mode"] == ResponseMode.DIRECT_POST:
            return None
        return ResponseEncryption(jwk=self.claims["client_metadata"]["jwks"]["keys"][0], enc="A256GCM")

    def challenge(self, **changes: Any) -> HolderChallenge:
        values: dict[str, Any] = {
            "nonce": self.claims["nonce"],
            "client_id": self.claims["client_id"],
            "response_uri": self.claims["response_uri"],
            "encryption_thumbprint": self.encryption and self.encryption.thumbprint,
        }
        return HolderChallenge(**(values | changes))


def ask(client: TestClient, **body: Any) -> Asked:
    """Makes a request and fetches it."""
    offer = offered(client, **body)
    text = client.get(f"/request/{offer['id']}").text
    return Asked(offer, jose.parse_jws(text).claims())


def offered(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/requests", json={"type": "a1", "profile": "building_site", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def present(world: World, asked: Asked, held: Held, **challenge: Any) -> dict[str, list[str]]:
    """The vp_token that answers the request with one credential; challenge: what the proof is over instead."""
    query = dcql.parse_query(asked.claims["dcql_query"], QUERY_FORMATS)
    wallet_format = WALLET_FORMATS[held.format_id]
    known = facts(wallet_format.parse(UnverifiedPresentation(text=held.text)), holder_bound=True)
    candidate = dcql.HeldCredential(**{name: getattr(known, name) for name in _FACTS}, id="held")
    answer = dcql.evaluate(query, [candidate])
    assert isinstance(answer, dcql.Answer), answer
    return {
        query_id: [
            wallet_format.present(
                held.text,
                paths=choice.paths,
                challenge=asked.challenge(**challenge),
                holder=held.key,
                issued_at=world.clock.now,
            )
            for choice in choices
        ]
        for query_id, choices in answer.choices.items()
    }


_FACTS = (
    "format",
    "identifier",
    "claims",
    "disclosures",
    "groups",
    "hidden_elements",
    "holder_bound",
    "authority_key_ids",
)


def form(asked: Asked, vp_token: Mapping[str, Sequence[str]], *, state: str | None = "") -> dict[str, str]:
    """What the wallet posts; state: the request's own unless another is given, None for none."""
    return authorization_response.encode_response(
        vp_token, state=asked.claims["state"] if state == "" else state, encryption=asked.encryption
    )


def plain_form(asked: Asked, vp_token: object, **changes: str) -> dict[str, str]:
    """An answer in the clear."""
    return {"vp_token": strict_json.dump(vp_token).decode(), "state": asked.claims["state"], **changes}


def encrypted_form(asked: Asked, payload: Mapping[str, object]) -> dict[str, str]:
    """Any parameters at all, encrypted to the request's key."""
    assert asked.encryption
    return {"response": jwe.encrypt(payload, asked.encryption.jwk, asked.encryption.enc)}


def read(client: TestClient, asked: Asked) -> dict[str, Any]:
    """The result as the inspector sees it."""
    answer = client.get(f"/v1/requests/{asked.offer['id']}", headers=bearer(asked.offer["read_token"]))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
