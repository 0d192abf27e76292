"""How this verifier is known to wallets (OpenID4VP 1.0, section 5.9.3), and what else a request may carry."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.wallet import Asked, ask, form, offered, present, read
from tests.verifier.world import BASE_URL, NOW, World
from vc_core import jose
from vc_core.authorization_request import (
    VerifierAttestation,
    authenticate_request_object,
    authenticate_unsigned,
    encode_verifier_attestation,
    parse_authorization_link,
)
from vc_core.authorization_request.link import UnsignedRequest
from vc_core.dcql import parse_query
from vc_core.formats.registry import QUERY_FORMATS
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import INSPECTION, Transaction, parse_transactions
from verifier.adapters.keys import load_signer
from verifier.settings import VerifierSettings

SD_JWT = "dc+sd-jwt"
ATTESTER = "https://attester.example"
TRANSACTION = {"type": INSPECTION.id, "case_ref": "2026/17"}


# ------------------------------------------------------------------------------------------------------- redirect_uri
@pytest.mark.parametrize("response_mode", ["direct_post", "direct_post.jwt"])
def test_an_unsigned_request_goes_out_with_its_link(make_app: MakeApp, world: World, response_mode: str) -> None:
    with TestClient(make_app(client_id_prefix="redirect_uri"), base_url=BASE_URL) as client:
        offer = offered(client, response_mode=response_mode, expected={"day": "2026-02-15", "host_state": "DE"})
        link = parse_authorization_link(offer["authorization_url"])
        assert isinstance(link, UnsignedRequest)
        asked = Asked(offer, authenticate_unsigned(link).claims)
        assert asked.claims["client_id"] == f"redirect_uri:{BASE_URL}/response/{offer['id']}"
        vp_token = present(world, asked, world.credential(SD_JWT))
        assert client.post(asked.response_path, data=form(asked, vp_token)).is_success
        assert [verdict["verdict"] for verdict in read(client, asked)["verdicts"]] == ["CONFIRMED"]


def test_an_unsigned_request_is_neither_fetched_nor_shown_as_a_code(make_app: MakeApp) -> None:
    with TestClient(make_app(client_id_prefix="redirect_uri"), base_url=BASE_URL) as client:
        offer = offered(client)
        assert [offer["request_uri"], offer["qr_svg"], offer["qr_png"]] == [None, None, None]
        assert client.get(f"/request/{offer['id']}").status_code == 410
        assert client.get(f"/v1/requests/{offer['id']}/qr.svg").status_code == 410


# ----------------------------------------------------------------------------------------------- verifier_attestation
def test_a_request_of_a_verifier_that_is_vouched_for(make_app: MakeApp, world: World, tmp_path: Path) -> None:
    attester, settings = SoftwareKey(new_key(world.random)), VerifierSettings(data=world.folder, base_url=BASE_URL)
    attestation = VerifierAttestation(
        issuer=ATTESTER,
        subject="inspectorate.example",
        key=load_signer(settings.access_certificate_file, settings.access_key_file).public_key,
        expires_at=NOW + timedelta(hours=1),
    )
    file = tmp_path / "attestation.jwt"
    file.write_text(encode_verifier_attestation(attestation, attester))
    app = make_app(client_id_prefix="verifier_attestation", verifier_attestation=file)
    with TestClient(app, base_url=BASE_URL) as client:
        offer = offered(client)
        text = client.get(f"/request/{offer['id']}").text
        authentic = authenticate_request_object(
            text,
            client_id="verifier_attestation:inspectorate.example",
            anchors=(),
            now=NOW,
            attesters={ATTESTER: attester.public_key},
        )
        asked = Asked(offer, authentic.claims)
        answer = client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
        assert (answer.status_code, answer.json()) == (200, {})


def test_without_an_attestation_the_service_does_not_start(make_app: MakeApp) -> None:
    with pytest.raises(ValueError, match="needs an attestation"):
        make_app(client_id_prefix="verifier_attestation")


def test_a_registration_certificate_goes_along(make_app: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "registration.jwt"
    file.write_text("a.b.c\n")
    with TestClient(make_app(registration_certificate=file), base_url=BASE_URL) as client:
        assert ask(client).claims["verifier_info"] == [{"format": "registration_cert", "data": "a.b.c"}]


# --------------------------------------------------------------------------------------------------- transaction_data
def transactions(asked: Asked) -> tuple[Transaction, ...]:
    query = parse_query(asked.claims["dcql_query"], QUERY_FORMATS)
    return parse_transactions(asked.claims["transaction_data"], query)


def test_the_holder_agrees_to_a_transaction(client: TestClient, world: World) -> None:
    asked = ask(client, transaction_data=[TRANSACTION])
    vp_token = present(world, asked, world.credential(SD_JWT), transactions=transactions(asked))
    assert client.post(asked.response_path, data=form(asked, vp_token)).status_code == 200
    [verdict] = read(client, asked)["verdicts"]
    outcomes = {check["id"]: check["outcome"] for check in verdict["checks"]}
    assert (verdict["verdict"], outcomes["holder.transaction_data"]) == ("CONFIRMED", "PASSED")


@pytest.mark.parametrize("asks_too", [True, False], ids=["nothing_agreed_to", "agreed_to_what_nobody_asked"])
def test_an_answer_about_another_transaction_is_refused(client: TestClient, world: World, asks_too: bool) -> None:
    """Section 8.4, B.3.3.1."""
    other = ask(client, transaction_data=[TRANSACTION])
    asked = other if asks_too else ask(client)
    agreed = () if asks_too else transactions(other)
    vp_token = present(world, asked, world.credential(SD_JWT), transactions=agreed)
    answer = client.post(asked.response_path, data=form(asked, vp_token))
    assert (answer.status_code, answer.json()) == (
        400, {"error": "invalid_request", "check": "holder.transaction_data"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    [{"type": "urn:example:payment"}, {"type": INSPECTION.id}, TRANSACTION | {"more": "x"}, {"case_ref": "1"}],
    ids=["type_unknown", "member_missing", "member_unknown", "type_missing"],
)
def test_a_transaction_that_nobody_could_agree_to_is_not_asked(client: TestClient, wanted: dict[str, Any]) -> None:
    body = {"type": "a1", "profile": "building_site", "transaction_data": [wanted]}
    answer = client.post("/v1/requests", json=body)
    assert (answer.status_code, answer.json()["error"]) == (422, "transaction_type_unknown")


def test_the_request_is_signed_with_the_access_certificate(client: TestClient) -> None:
    offer = offered(client)
    header = jose.parse_jws(client.get(f"/request/{offer['id']}").text).header
    assert header.keys() == {"alg", "typ", "x5c"}
