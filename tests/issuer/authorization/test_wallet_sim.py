"""The simulated wallet meets this issuer in the authorization code flow: HAIP 1.0, section 4; HAIP-W2, W4, W5."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.issuer.authorization.flow import IDENTITY, MDOC, SD_JWT
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, URSSAF, Clock, Registered, World
from vc_core.addresses import LoopbackHttp
from vc_core.jose import parse_jws
from vc_core.rejection import Rejection
from wallet_sim.app import build_wallet
from wallet_sim.refusals import ConsentMissing, NothingToPresent, PeerDeclined, TransactionCodeRefused
from wallet_sim.settings import WalletSettings
from wallet_sim.wallet import Wallet

Change = Callable[[httpx2.Request, httpx2.Response], httpx2.Response]


class Wire(httpx2.BaseTransport):
    """Leads to the issuer in this process; keeps what was sent, and changes answers where a test says so."""

    def __init__(self, world: World) -> None:
        self.inner = world.client()._transport
        self.sent: list[httpx2.Request] = []
        self.change: Change = lambda _, response: response

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        response = self.inner.handle_request(request)
        response.read()
        return self.change(request, response)

    def to(self, path: str) -> list[httpx2.Request]:
        return [request for request in self.sent if request.url.path == path]


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire(world)


@pytest.fixture
def sim(world: World, wire: Wire, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path) -> Wallet:
    settings = WalletSettings(data=pilot[0], store=tmp_path / "wallet", loopback_http=LoopbackHttp.REFUSED)
    return build_wallet(settings, clock=world.clock, transport=wire, catalogue=world.catalogue)


def claims_of_a_person(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of an identity and an A1 of one person who is alone in the register."""
    claims = world.a1()
    number = claims["personal_administrative_number"]
    name = "Dupont" + "".join(chr(97 + int(digit)) for digit in number[-8:])
    claims["credential_holder"] = {"family_name": name, "given_name": "Zoé", "birth_date": "1991-07-03"}
    identity = {
        **world.catalogue.examples("pid")["valid_french_worker"],
        "family_name": name,
        "given_name": "Zoé",
        "birthdate": "1991-07-03",
        "personal_administrative_number": number,
        "document_number": f"PID{number}",
    }
    return identity, claims


def person(world: World) -> tuple[Registered, Registered]:
    identity, claims = claims_of_a_person(world)
    return world.register(identity, type_id="pid", institution_id=IDENTITY), world.register(claims)


def identify(sim: Wallet, identity: Registered) -> None:
    sim.receive(identity.answer["offer"]["url"], identity.tx_code)


def test_offer_is_taken_by_showing_who_one_is(world: World, sim: Wallet) -> None:
    identity, registered = person(world)
    identify(sim, identity)
    stored = sim.receive(registered.answer["offer"]["url"])
    assert {one.configuration_id for one in stored} == {SD_JWT, MDOC}
    assert {one.document_number for one in stored} == {registered.answer["document_number"]}
    assert [one["state"] for one in world.document(registered)["offers"]] == ["redeemed"]


def test_wallet_begins_by_itself(world: World, sim: Wallet) -> None:
    identity, registered = person(world)
    identify(sim, identity)
    (stored,) = sim.take_offer(sim.open_issuer(BASE_URL, [SD_JWT])).received
    assert stored.document_number == registered.answer["document_number"]


def test_transaction_code_is_enough_where_there_is_one(world: World, sim: Wallet, wire: Wire) -> None:
    _, registered = person(world)
    assert len(sim.receive(registered.answer["offer"]["url"], registered.tx_code)) == 2
    assert wire.to("/par") == []


def test_holder_without_an_identity(world: World, sim: Wallet) -> None:
    _, registered = person(world)
    with pytest.raises(NothingToPresent):
        sim.receive(registered.answer["offer"]["url"])
    assert sim.list() == ()


def test_holder_of_no_document(world: World, sim: Wallet) -> None:
    """The page says why; the wallet hands it on."""
    identity, registered = person(world)
    identify(sim, identity)
    world.withdraw(registered)
    with pytest.raises(ConsentMissing, match="no_document_of_this_person"):
        sim.take_offer(sim.open_issuer(BASE_URL, [SD_JWT]))


def test_wallet_without_a_provider_asks_for_the_code(world: World, wire: Wire, pilot: Any, tmp_path: Path) -> None:
    _, registered = person(world)
    settings = WalletSettings(data=pilot[0], store=tmp_path / "w", wallet_provider=tmp_path / "none")
    plain = build_wallet(settings, clock=world.clock, transport=wire, catalogue=world.catalogue)
    with pytest.raises(TransactionCodeRefused, match="tx_code_missing"):
        plain.receive(registered.answer["offer"]["url"])


def test_attestation_is_fresh_for_each_issuance_and_names_no_instance(world: World, sim: Wallet, wire: Wire) -> None:
    """HAIP-W2: no two can be linked; `sub` is the product's. The proof beside it is made for each request."""
    identity, _ = person(world)
    identify(sim, identity)
    for wanted in (SD_JWT, MDOC):
        sim.take_offer(sim.open_issuer(BASE_URL, [wanted]))
    sent = [request for request in wire.sent if "OAuth-Client-Attestation" in request.headers]
    attestations = [request.headers["OAuth-Client-Attestation"] for request in sent]
    proofs = [request.headers["OAuth-Client-Attestation-PoP"] for request in sent]
    assert len(set(attestations)) == 2
    assert len(set(proofs)) == len(sent) >= 4
    for attestation in attestations:
        claims = parse_jws(attestation).claims()
        assert set(claims) == {"sub", "iat", "exp", "cnf"}
        assert claims["sub"] == "https://wallet.socsec.example"


def test_what_is_pushed(world: World, sim: Wallet, wire: Wire) -> None:
    """HAIP-W4: the scopes of the metadata, PKCE S256, the key that the code is bound to."""
    identity, registered = person(world)
    identify(sim, identity)
    sim.receive(registered.answer["offer"]["url"])
    (pushed,) = wire.to("/par")[-1:]
    form = httpx2.QueryParams(pushed.content.decode())
    assert form["scope"].split() == [SD_JWT, MDOC]
    assert form["code_challenge_method"] == "S256"
    assert form["issuer_state"] == registered.offer_id
    assert "authorization_details" not in form
    assert pushed.headers["DPoP"]
    (opened,) = wire.to("/authorize")
    assert set(opened.url.params) == {"client_id", "request_uri"}


def _proof_types(**types: Any) -> Any:
    """What the issuer's metadata say of proofs; and nothing of encryption, so that requests can be read."""

    def on(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        if not request.url.path.startswith("/.well-known/openid-credential-issuer"):
            return response
        found = {name: value for name, value in response.json().items() if not name.endswith("_encryption")}
        for one in found["credential_configurations_supported"].values():
            one["proof_types_supported"] = types
        return httpx2.Response(200, json=found)

    return on


_PLAIN = {"proof_signing_alg_values_supported": ["ES256"]}
PROOF_TYPES = {
    "none": ({"jwt": _PLAIN}, "jwt", False),
    "in_the_proof": ({"jwt": {**_PLAIN, "key_attestations_required": {}}, "attestation": _PLAIN}, "jwt", True),
    "alone": ({"attestation": _PLAIN}, "attestation", True),
}


@pytest.mark.parametrize(("types", "used", "attested"), PROOF_TYPES.values(), ids=PROOF_TYPES)
def test_keys_are_attested_where_the_issuer_asks(
    world: World, sim: Wallet, wire: Wire, types: dict[str, Any], used: str, attested: bool
) -> None:
    """HAIP-W3; OpenID4VCI 1.0, appendix D.1, F.1 and F.3: of the key that the credential is bound to, for its nonce."""
    _, registered = person(world)
    wire.change = _proof_types(**types)
    assert len(sim.receive(registered.answer["offer"]["url"], registered.tx_code)) == 2
    for request in wire.to("/credential"):
        body = json.loads(request.content)
        assert set(body["proofs"]) == {used}
        (proof,) = body["proofs"][used]
        attestation = proof if used == "attestation" else parse_jws(proof).header.get("key_attestation")
        assert (attestation is not None) == attested


def _redirect(change: Any) -> Any:
    """Changes the address that the browser is sent to in the end."""

    def on(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        if response.status_code == 303:
            location = httpx2.URL(response.headers["Location"])
            params = {name: value for name, value in change(dict(location.params)).items() if value is not None}
            response.headers["Location"] = f"socsec-wallet://authorized?{httpx2.QueryParams(params)}"
        return response

    return on


CALLBACKS: dict[str, tuple[Any, str]] = {
    "state_missing": (lambda p: {**p, "state": None}, "state_missing"),
    "state_of_another_request": (lambda p: {**p, "state": "other"}, "state_wrong"),
    "iss_missing": (lambda p: {**p, "iss": None}, "iss_missing"),
    "iss_of_another_server": (lambda p: {**p, "iss": "https://other.example"}, "iss_wrong"),
    "iss_with_slash": (lambda p: {**p, "iss": f"{BASE_URL}/"}, "iss_wrong"),
    "code_missing": (lambda p: {**p, "code": None}, "code_missing"),
}


@pytest.mark.parametrize(("change", "reason"), CALLBACKS.values(), ids=CALLBACKS)
def test_callback_that_a_wallet_refuses(world: World, sim: Wallet, wire: Wire, change: Any, reason: str) -> None:
    """RFC 9207; RFC 6749, section 10.12; no code is redeemed."""
    identity, registered = person(world)
    identify(sim, identity)
    redeemed = len(wire.to("/token"))
    wire.change = _redirect(change)
    with pytest.raises(Rejection) as caught:
        sim.receive(registered.answer["offer"]["url"])
    assert caught.value.reason == reason
    assert len(wire.to("/token")) == redeemed


def test_error_in_the_callback(world: World, sim: Wallet, wire: Wire) -> None:
    identity, registered = person(world)
    identify(sim, identity)
    wire.change = _redirect(lambda p: {"error": "access_denied", "state": p["state"], "iss": p["iss"]})
    with pytest.raises(PeerDeclined, match="access_denied"):
        sim.receive(registered.answer["offer"]["url"])


def _metadata(**members: Any) -> Any:
    def on(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        if not request.url.path.startswith("/.well-known/oauth"):
            return response
        found = {**response.json(), **members}
        return httpx2.Response(200, json={name: value for name, value in found.items() if value is not None})

    return on


SERVERS: dict[str, tuple[dict[str, Any], str]] = {
    "issuer_of_another": ({"issuer": "https://other.example"}, "authorization_server_mismatch"),
    "issuer_missing": ({"issuer": None}, "issuer_missing"),
    "no_s256": ({"code_challenge_methods_supported": ["plain"]}, "code_challenge_method_unsupported"),
    "no_pushed_requests": (
        {"pushed_authorization_request_endpoint": None},
        "pushed_authorization_request_endpoint_missing",
    ),
    "no_attestation": (
        {"token_endpoint_auth_methods_supported": ["none"]},
        "client_authentication_unsupported",
    ),
    "no_such_grant": ({"grant_types_supported": ["implicit"]}, "grant_type_unsupported"),
    "http_endpoint": ({"authorization_endpoint": "http://issuer.example/authorize"}, "url_not_https"),
}


@pytest.mark.parametrize(("members", "reason"), SERVERS.values(), ids=SERVERS)
def test_server_that_a_wallet_refuses(
    world: World, sim: Wallet, wire: Wire, members: dict[str, Any], reason: str
) -> None:
    identity, _ = person(world)
    identify(sim, identity)
    wire.change = _metadata(**members)
    with pytest.raises(Rejection) as caught:
        sim.take_offer(sim.open_issuer(BASE_URL, [SD_JWT]))
    assert caught.value.reason == reason
    assert wire.to("/par") == []


def test_server_without_challenges_is_given_one_when_it_asks(world: World, sim: Wallet, wire: Wire) -> None:
    """ABCA-5: the challenge comes with the refusal."""
    identity, registered = person(world)
    identify(sim, identity)
    wire.change = _metadata(challenge_endpoint=None)
    (stored,) = sim.take_offer(sim.open_issuer(BASE_URL, [SD_JWT])).received
    assert stored.document_number == registered.answer["document_number"]
    assert wire.to("/challenge") == []


def test_page_that_leads_elsewhere(world: World, sim: Wallet, wire: Wire) -> None:
    identity, registered = person(world)
    identify(sim, identity)

    def elsewhere(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        if request.url.path.startswith("/authorize/response/"):
            return httpx2.Response(200, json={"redirect_uri": "https://other.example/"})
        return response

    wire.change = elsewhere
    with pytest.raises(Rejection, match="page_left"):
        sim.receive(registered.answer["offer"]["url"])


def test_requests_and_answers_are_encrypted(world: World, sim: Wallet, wire: Wire) -> None:
    """OpenID4VCI 1.0, section 10: whenever the issuer offers it."""
    answers: list[str] = []

    def noted(_: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        answers.append(response.headers.get("Content-Type", ""))
        return response

    wire.change = noted
    _, registered = person(world)
    assert len(sim.receive(registered.answer["offer"]["url"], registered.tx_code)) == 2
    assert [one.headers["Content-Type"] for one in wire.to("/credential")] == ["application/jwt"] * 2
    assert answers.count("application/jwt") == 2


def test_copies(world: World, sim: Wallet) -> None:
    """OpenID4VCI 1.0, section 3.3: as many as the issuer gives at once, each with a status index of its own."""
    identity, registered = person(world)
    identify(sim, identity)
    stored = sim.receive(registered.answer["offer"]["url"], copies=12)
    assert len(stored) == 20
    issued = [one for one in world.document(registered)["credentials"] if one["configuration_id"]]
    assert len({(one["status"]["uri"], one["status"]["idx"]) for one in issued}) == len(issued) == 20


# ---------------------------------------------------------------------------------------------------------- on hold
def on_hold(world: World, claims: Any) -> Registered:
    headers = world.auth(URSSAF, **{"Idempotency-Key": os.urandom(8).hex()})
    response = world.client().post("/v1/a1", params={"hold": "true"}, json=claims, headers=headers)
    assert response.status_code == 201, response.text
    return Registered(response.json(), URSSAF)


@pytest.mark.parametrize("identified", [False, True])
def test_what_is_on_hold_is_collected_days_later(
    make_world: MakeWorld, pilot: tuple[Path, Mapping[str, str]], tmp_path: Path, *, identified: bool
) -> None:
    """VCI-18 from both sides: under a token got by a refresh token, which is bound to the DPoP key of an anonymous
    wallet, and to the instance key of an attested one."""
    clock = Clock()
    world = make_world(clock=clock)
    settings = WalletSettings(data=pilot[0], store=tmp_path / "wallet", loopback_http=LoopbackHttp.REFUSED)
    sim = build_wallet(settings, clock=clock, transport=Wire(world), catalogue=world.catalogue)
    identity, claims = claims_of_a_person(world)
    identify(sim, world.register(identity, type_id="pid", institution_id=IDENTITY))
    held = on_hold(world, claims)
    taken = sim.take_offer(sim.open_offer(held.answer["offer"]["url"]), None if identified else held.tx_code)
    assert (taken.received, len(taken.waits)) == ((), 2)
    clock.advance(days=3)
    assert [sim.come_again(wait.id) for wait in sim.due()] == [(), ()]
    response = world.client().post(f"{held.path}/release", headers=world.auth(URSSAF))
    assert response.status_code == 200, response.text
    clock.advance(days=3)
    kept = [record for wait in sim.due() for record in sim.come_again(wait.id)]
    assert {record.configuration_id for record in kept} == {SD_JWT, MDOC}
    assert sim.waits() == ()
