"""Batches and key attestations: OpenID4VCI 1.0, sections 3.3.2, 8.2, 8.3; appendices D.1, F.1, F.3; HAIP 1.0, 4.5.1."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest

from tests.issuer.authorization.flow import MDOC, SD_JWT, AttestedWallet
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import Registered, World
from tests.vc_core.forged_jws import ABSENT, changed, forge
from vc_core import jose
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey

Keys = list[SoftwareKey]


def fresh_keys(count: int) -> Keys:
    return [SoftwareKey(new_key(os.urandom)) for _ in range(count)]


@pytest.fixture
def ready(attested: AttestedWallet, registered: Registered) -> AttestedWallet:
    """Has an access token for the document registered."""
    assert attested.redeem(registered).status_code == 200
    return attested


def proof_of(wallet: AttestedWallet, key: SoftwareKey, **change: Any) -> str:
    wallet.holder = key
    return wallet.key_proof(**change)


def batch(wallet: AttestedWallet, keys: Keys) -> dict[str, Any]:
    nonce = wallet.nonces()[0]
    return {"jwt": [proof_of(wallet, key, claims={"nonce": nonce}) for key in keys]}


def attestation_of(wallet: AttestedWallet, keys: Keys, **changes: Any) -> str:
    assert wallet.provider is not None
    header = {"typ": "key-attestation+jwt", "alg": "ES256", "x5c": jose.x5c_header(wallet.provider.chain)}
    claims = {
        "iat": wallet.issued_at,
        "exp": wallet.issued_at + 600,
        "nonce": wallet.nonces()[0],
        "attested_keys": [jose.jwk_from_public_key(key.public_key) for key in keys],
    }
    signer = changes.pop("signer", wallet.provider)
    return forge(changed(header, changes.pop("header", {})), changed(claims, changes), signer)


def collect(wallet: AttestedWallet, proofs: Mapping[str, Any], configuration_id: str = SD_JWT) -> httpx2.Response:
    body = {"credential_configuration_id": configuration_id, "proofs": proofs}
    return wallet.world.client().post("/credential", json=body, headers=wallet.headers())


def parsed(response: httpx2.Response, format_id: str = "dc+sd-jwt") -> list[Any]:
    assert response.status_code == 200, response.text
    texts = [one["credential"] for one in response.json()["credentials"]]
    return [WALLET_FORMATS[format_id].parse(UnverifiedPresentation(text=text)) for text in texts]


def points(keys: Any) -> list[Any]:
    return [key.public_numbers() for key in keys]


@pytest.mark.parametrize(("configuration_id", "format_id"), [(SD_JWT, "dc+sd-jwt"), (MDOC, "mso_mdoc")])
def test_copies_differ_in_all_but_the_document(
    world: World, ready: AttestedWallet, registered: Registered, configuration_id: str, format_id: str
) -> None:
    """OIDF `batch-issuance`: distinct keys, salts and status indices, the same claims and rounded instants."""
    keys = fresh_keys(10)
    copies = parsed(collect(ready, batch(ready, keys), configuration_id), format_id)
    assert points(copy.holder_key for copy in copies) == points(key.public_key for key in keys)
    documents = [copy.resolve(world.catalogue).claims() for copy in copies]
    assert all(claims == documents[0] for claims in documents)
    assert len({copy.validity for copy in copies}) == 1
    issued = [one for one in world.document(registered)["credentials"] if one["configuration_id"] == configuration_id]
    indices = [one["status"]["idx"] for one in issued]
    assert len(set(indices)) == len({one["sha256"] for one in issued}) == 10
    steps = {later - earlier for earlier, later in zip(sorted(indices), sorted(indices)[1:], strict=False)}
    assert len(steps) > 1, "not an arithmetic progression"


def test_salts_are_not_shared(ready: AttestedWallet) -> None:
    response = collect(ready, batch(ready, fresh_keys(3)))
    disclosures = [one["credential"].split("~")[1:-1] for one in response.json()["credentials"]]
    everything = [text for texts in disclosures for text in texts]
    assert len(set(everything)) == len(everything) > 3


def test_a_batch_is_collected_once(world: World, ready: AttestedWallet) -> None:
    assert collect(ready, batch(ready, fresh_keys(2))).status_code == 200
    proofs = batch(ready, fresh_keys(3))
    before = world.rows()
    response = collect(ready, proofs)
    assert response.json()["error"] == "credential_request_denied"
    assert world.rows() == before


def test_every_copy_is_withdrawn(world: World, ready: AttestedWallet, registered: Registered) -> None:
    collect(ready, batch(ready, fresh_keys(4)))
    world.withdraw(registered)
    rows = [row for row in world.rows()["credential"] if registered.answer["document_id"] in row]
    assert len(rows) == 5  # the inspection code is one
    assert all(1 in row for row in rows)


def test_one_bad_proof_spoils_the_batch(world: World, ready: AttestedWallet) -> None:
    proofs = batch(ready, fresh_keys(3))
    proofs["jwt"][1] = proof_of(ready, fresh_keys(1)[0], claims={"aud": "https://other.example"})
    before = world.rows()
    response = collect(ready, proofs)
    assert response.json() == {"error": "invalid_proof", "error_description": "aud_wrong"}
    assert world.rows() == before


def test_no_batches_where_none_are_offered(make_world: MakeWorld, attested: AttestedWallet) -> None:
    """HAIP-I4: support is told by presence."""
    world = make_world(batch_size=1)
    assert "batch_credential_issuance" not in world.client().get("/.well-known/openid-credential-issuer").json()
    wallet = AttestedWallet(world, provider=attested.provider)
    wallet.redeem(world.register())
    assert collect(wallet, batch(wallet, fresh_keys(2))).json()["error_description"] == "proofs_too_many"


# --- key attestations


def test_attestation_is_a_proof(ready: AttestedWallet) -> None:
    """Appendix F.3: one credential for each key attested."""
    keys = fresh_keys(3)
    copies = parsed(collect(ready, {"attestation": [attestation_of(ready, keys)]}))
    assert points(copy.holder_key for copy in copies) == points(key.public_key for key in keys)


def test_attestation_of_more_keys_than_a_batch_holds(ready: AttestedWallet) -> None:
    copies = parsed(collect(ready, {"attestation": [attestation_of(ready, fresh_keys(12))]}))
    assert len(copies) == 10


def test_proof_with_attestation_stands_for_all_keys(ready: AttestedWallet) -> None:
    """Appendix F.1; the key that signed comes first."""
    keys = fresh_keys(3)
    nonce = ready.nonces()[0]
    attestation = attestation_of(ready, keys, nonce=nonce)
    proof = proof_of(ready, keys[1], header={"key_attestation": attestation}, claims={"nonce": nonce})
    copies = parsed(collect(ready, {"jwt": [proof]}))
    assert points(copy.holder_key for copy in copies) == points(keys[n].public_key for n in (1, 0, 2))


Attested = Callable[[AttestedWallet], Mapping[str, Any]]


def as_proof(**changes: Any) -> Attested:
    return lambda wallet: {"attestation": [attestation_of(wallet, fresh_keys(2), **dict(changes))]}


def in_proof(**changes: Any) -> Attested:
    def make(wallet: AttestedWallet) -> Mapping[str, Any]:
        keys, nonce = fresh_keys(2), wallet.nonces()[0]
        attestation = attestation_of(wallet, keys, **{"nonce": nonce, **changes})
        return {"jwt": [proof_of(wallet, keys[0], header={"key_attestation": attestation}, claims={"nonce": nonce})]}

    return make


def _key_not_attested(wallet: AttestedWallet) -> Mapping[str, Any]:
    nonce = wallet.nonces()[0]
    attestation = attestation_of(wallet, fresh_keys(2), nonce=nonce)
    header = {"key_attestation": attestation}
    return {"jwt": [proof_of(wallet, fresh_keys(1)[0], header=header, claims={"nonce": nonce})]}


def _expired(wallet: AttestedWallet) -> Mapping[str, Any]:
    return as_proof(exp=wallet.issued_at - 600)(wallet)


BAD: dict[str, tuple[Attested, str, str]] = {
    "signature_of_another": (as_proof(signer=fresh_keys(1)[0]), "invalid_proof", "signature_invalid"),
    "expired": (_expired, "invalid_proof", "exp_passed"),
    "typ_of_a_key_proof": (
        as_proof(header={"typ": "openid4vci-proof+jwt"}),
        "invalid_proof",
        "type_wrong",
    ),
    "alg_none": (as_proof(header={"alg": "none"}), "invalid_proof", "algorithm_not_allowed"),
    "no_keys": (as_proof(attested_keys=[]), "invalid_proof", "attested_keys_empty"),
    "no_nonce": (as_proof(nonce=ABSENT), "invalid_proof", "nonce_missing"),
    "nonce_made_up": (as_proof(nonce="A" * 51), "invalid_nonce", "nonce_unknown_or_expired"),
    "two_attestations": (
        lambda w: {"attestation": as_proof()(w)["attestation"] * 2},
        "invalid_proof",
        "proofs_too_many",
    ),
    "in_proof_signature_of_another": (
        in_proof(signer=fresh_keys(1)[0]),
        "invalid_proof",
        "key_attestation_signature_invalid",
    ),
    "in_proof_never_expiring": (in_proof(exp=ABSENT), "invalid_proof", "key_attestation_exp_missing"),
    "in_proof_other_nonce": (in_proof(nonce="other"), "invalid_proof", "key_attestation_nonce_wrong"),
    "in_proof_no_jwt": (
        lambda w: {"jwt": [w.key_proof(header={"key_attestation": "a.b.c"})]},
        "invalid_proof",
        "key_attestation_base64url_malformed",
    ),
    "proof_key_not_attested": (_key_not_attested, "invalid_proof", "key_not_attested"),
}


@pytest.mark.parametrize(("proofs", "error", "reason"), BAD.values(), ids=BAD)
def test_bad_attestation(world: World, ready: AttestedWallet, proofs: Attested, error: str, reason: str) -> None:
    """VCI-16; OIDF `fail-invalid-key-attestation-signature`."""
    sent = proofs(ready)
    before = world.rows()
    response = collect(ready, sent)
    assert (response.status_code, response.json()) == (400, {"error": error, "error_description": reason})
    assert world.rows() == before


def test_nonce_of_an_attestation_is_used_once(world: World, ready: AttestedWallet) -> None:
    proofs = as_proof()(ready)
    assert collect(ready, proofs).status_code == 200
    before = world.rows()
    response = collect(ready, proofs, MDOC)
    assert response.json() == {"error": "invalid_nonce", "error_description": "nonce_used"}
    assert world.rows() == before
