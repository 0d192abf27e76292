"""Copies of one credential that nobody can link: OpenID4VCI 1.0, sections 3.3, 8.2 and 8.3; OIDF `test-batch-*`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier
from tests.wallet_sim.world import CATALOGUE, ISSUER, NOW
from vc_core.key_proof import check_proof
from vc_core.rejection import Rejection
from wallet_sim.held import held_credentials
from wallet_sim.refusals import CredentialRefused
from wallet_sim.store import StoredCredential
from wallet_sim.wallet import Wallet

CREDENTIAL, NONCE = f"POST {ISSUER}/credential", f"POST {ISSUER}/nonce"


@pytest.fixture
def batching(issuer: FakeIssuer) -> FakeIssuer:
    issuer.metadata["batch_credential_issuance"] = {"batch_size": 4}
    return issuer


def keys_of(wallet: Wallet, records: tuple[StoredCredential, ...]) -> set[Any]:
    keys = [wallet.store.key(record) for record in records]
    return {key.public_key.public_numbers() for key in keys if key is not None}


@pytest.mark.parametrize(("asked", "sent"), [(1, 1), (3, 3), (4, 4), (9, 4)])
def test_as_many_as_the_issuer_gives_in_one_request(
    wallet: Wallet, batching: FakeIssuer, asked: int, sent: int
) -> None:
    stored = wallet.receive(batching.link, "123456", copies=asked)
    assert len(stored) == 2 * sent
    assert len(keys_of(wallet, stored)) == 2 * sent
    proofs = [json.loads(body)["proofs"]["jwt"] for body in batching.network.sent(CREDENTIAL)]
    assert [len(one) for one in proofs] == [sent, sent]
    assert batching.network.log.count(NONCE) == 2
    assert len({record.batch for record in stored}) == (1 if asked == 1 else 2)


def test_one_where_no_batches_are_offered(wallet: Wallet, issuer: FakeIssuer) -> None:
    assert len(wallet.receive(issuer.link, "123456", copies=5)) == 2


def test_proofs_of_one_request_have_one_nonce(wallet: Wallet, batching: FakeIssuer) -> None:
    """Appendix F.1: a nonce serves for all proofs of a request."""
    wallet.receive(batching.link, "123456", copies=3)
    for body in batching.network.sent(CREDENTIAL):
        texts = json.loads(body)["proofs"]["jwt"]
        assert len({check_proof(text, audience=ISSUER, now=NOW).nonce for text in texts}) == 1


def test_in_another_order_than_the_proofs(wallet: Wallet, batching: FakeIssuer) -> None:
    """Section 8.3 promises no order."""
    batching.arrange = lambda credentials: credentials[::-1]
    stored = wallet.receive(batching.link, "123456", copies=3)
    assert len(keys_of(wallet, stored)) == 6


def test_fewer_than_proofs(wallet: Wallet, batching: FakeIssuer) -> None:
    batching.arrange = lambda credentials: credentials[:2]
    assert len(wallet.receive(batching.link, "123456", copies=3)) == 4


BAD: dict[str, tuple[Callable[[list[str]], list[str]], type[Exception], str]] = {
    "more_than_proofs": (lambda issued: [*issued, issued[0]], Rejection, "credentials_too_many"),
    "none": (lambda issued: [], Rejection, "credentials_empty"),
    "one_twice": (lambda issued: [issued[0], issued[0], issued[2]], CredentialRefused, "holder_key_other"),
}


@pytest.mark.parametrize(("arrange", "error", "reason"), BAD.values(), ids=BAD)
def test_bad_answers_keep_nothing(
    wallet: Wallet, batching: FakeIssuer, arrange: Any, error: type[Exception], reason: str
) -> None:
    """VCI-13: each key is bound to one credential, and there are no more credentials than proofs."""
    batching.arrange = arrange
    with pytest.raises(error, match=reason):
        wallet.receive(batching.link, "123456", copies=3)
    assert wallet.list() == ()


SIZES: dict[str, tuple[Any, str]] = {
    "one": ({"batch_size": 1}, "batch_size_malformed"),
    "a_text": ({"batch_size": "4"}, "batch_size_malformed"),
    "missing": ({}, "batch_size_missing"),
    "no_object": (4, "batch_credential_issuance_malformed"),
}


@pytest.mark.parametrize(("batches", "reason"), SIZES.values(), ids=SIZES)
def test_bad_sizes(wallet: Wallet, issuer: FakeIssuer, batches: Any, reason: str) -> None:
    """Section 12.2.4: two or greater."""
    issuer.metadata["batch_credential_issuance"] = batches
    with pytest.raises(Rejection, match=reason):
        wallet.receive(issuer.link, "123456")
    assert not [place for place in issuer.network.log if place.startswith("POST")]


# ----------------------------------------------------------------------------------------------------------- presenting
def test_each_verifier_sees_another_copy(wallet: Wallet, batching: FakeIssuer, verifier: FakeVerifier) -> None:
    """HAIP 1.0, section 4: batches are there so that nobody can link; the least shown copy is next."""
    stored = wallet.receive(batching.link, "123456", copies=3)
    of_this_format = {record.id for record in stored if record.format == verifier.format_id}
    shown = [wallet.present(verifier.link).shown[0].credential.id for _ in range(3)]
    assert set(shown) == of_this_format
    assert wallet.present(verifier.link).shown[0].credential.id in of_this_format
    assert sorted(record.presented for record in wallet.list() if record.id in of_this_format) == [1, 1, 2]


def test_another_document_is_not_shown_instead(wallet: Wallet, batching: FakeIssuer) -> None:
    """Only copies that came together stand in for one another: the newest document stays the first choice."""
    older = wallet.receive(batching.link, "123456", copies=2)
    batching.codes.add("the-code")
    newer = wallet.receive(batching.link, "123456", copies=2)
    first = held_credentials(wallet.store, CATALOGUE)[0].id
    group = newer if first in {record.id for record in newer} else older
    wallet.store.count_presentation(wallet.store.credential(first))
    second = held_credentials(wallet.store, CATALOGUE)[0].id
    assert second != first
    assert {first, second} <= {record.id for record in group}
