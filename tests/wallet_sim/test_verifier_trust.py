"""Verifiers that somebody vouches for, and what a registrar says of them: OpenID4VP 1.0, sections 5.9.3, 5.11, 12."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network
from vc_core.authorization_request import VerifierAttestation, encode_verifier_attestation
from vc_core.authorization_response import ResponseParameters, WalletError
from vc_core.rejection import Rejection
from vc_core.verifier_info import Registration, encode_registration, encode_verifier_info
from wallet_sim.refusals import RequestRefused
from wallet_sim.wallet import Wallet

ATTESTER, REGISTRAR, OWN = (world.key(name) for name in ("attester", "registrar", "verifier's own"))
ATTESTERS = {"https://attester.example": ATTESTER.public_key, "https://registrar.example": REGISTRAR.public_key}
CLIENT_ID = "verifier_attestation:verifier.example"


@pytest.fixture
def held(tmp_path: Path, network: Network, issuer: FakeIssuer) -> Wallet:
    wallet = Wallet(
        tmp_path / "trusting",
        http=network.client(),
        clock=world.clock,
        random=world.seeded("trusting"),
        trust=lambda _: world.PILOT.trust_list,
        catalogue=world.CATALOGUE,
        attesters=ATTESTERS,
    )
    wallet.receive(issuer.link, "123456")
    return wallet


def vouched_for(verifier: FakeVerifier, *, until: timedelta) -> None:
    attestation = VerifierAttestation(
        issuer="https://attester.example", subject="verifier.example", key=OWN.public_key, expires_at=world.NOW + until
    )
    verifier.parameters["client_id"] = verifier.claims["client_id"] = CLIENT_ID
    verifier.header = {
        "typ": "oauth-authz-req+jwt", "jwt": encode_verifier_attestation(attestation, ATTESTER),
    }  # fmt: skip
    verifier.signer = OWN


def test_a_verifier_that_is_vouched_for_is_answered(held: Wallet, verifier: FakeVerifier) -> None:
    vouched_for(verifier, until=timedelta(hours=1))
    assert held.present(verifier.link).verifier == CLIENT_ID
    assert isinstance(verifier.received[0], ResponseParameters)


def test_an_attestation_that_has_run_out_gets_no_answer(held: Wallet, verifier: FakeVerifier) -> None:
    vouched_for(verifier, until=-timedelta(hours=1))
    with pytest.raises(Rejection, match="exp_passed"):
        held.present(verifier.link)
    assert verifier.received == []


def registered(subject: str) -> list[dict[str, object]]:
    registration = Registration(
        registrar="https://registrar.example",
        subject=subject,
        name="Labour inspectorate",
        purpose="Checks on building sites",
        expires_at=world.NOW + timedelta(days=1),
    )
    return encode_verifier_info(encode_registration(registration, REGISTRAR))


def test_a_registered_verifier_is_named_to_the_holder(held: Wallet, verifier: FakeVerifier) -> None:
    verifier.claims["verifier_info"] = registered(verifier.client_id)
    registration = held.open_request(verifier.link).registration
    assert registration is not None
    assert (registration.name, registration.purpose) == ("Labour inspectorate", "Checks on building sites")


def test_a_registration_of_somebody_else_refuses_the_request(held: Wallet, verifier: FakeVerifier) -> None:
    verifier.claims["verifier_info"] = registered("x509_hash:somebody-else")
    with pytest.raises(RequestRefused, match="registration_subject_mismatch"):
        held.present(verifier.link)
    assert [one.error for one in verifier.received if isinstance(one, WalletError)] == ["invalid_request"]
