"""Coming again for what was not ready: OpenID4VCI 1.0, section 9; VCI-18; OIDF wallet plan `deferred`."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Network, answer
from tests.wallet_sim.test_issuance import text
from tests.wallet_sim.world import ISSUER, NOW
from vc_core.rejection import Rejection
from wallet_sim.refusals import CredentialRefused, NotHeld, PeerDeclined, PeerUnavailable, TooEarly, WalletRefusal
from wallet_sim.store import StoredWait
from wallet_sim.wallet import Wallet

DEFERRED, TOKEN = f"POST {ISSUER}/deferred", f"POST {ISSUER}/token"


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def late(issuer: FakeIssuer) -> FakeIssuer:
    """Is not ready, for one format alone, to begin with."""
    issuer.offer["credential_configuration_ids"] = issuer.offer["credential_configuration_ids"][:1]
    issuer.metadata["deferred_credential_endpoint"] = f"{ISSUER}/deferred"
    issuer.metadata["batch_credential_issuance"] = {"batch_size": 4}
    issuer.interval = 5
    return issuer


def wallet_of(store: Path, network: Network, time: Time, *, seed: str = "wallet") -> Wallet:
    return Wallet(
        store,
        http=network.client(),
        clock=time,
        random=world.seeded(seed),
        trust=lambda _: world.PILOT.trust_list,
        catalogue=world.CATALOGUE,
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "wallet"


@pytest.fixture
def patient(store: Path, network: Network, time: Time) -> Wallet:
    return wallet_of(store, network, time)


def waiting(wallet: Wallet, issuer: FakeIssuer, *, copies: int = 1) -> StoredWait:
    (wait,) = wallet.take_offer(wallet.open_offer(issuer.link), "123456", copies=copies).waits
    return wait


def ready(issuer: FakeIssuer, time: Time) -> None:
    issuer.interval = None
    time.now += timedelta(seconds=5)


def test_not_ready(patient: Wallet, late: FakeIssuer) -> None:
    """Section 8.3: nothing is held yet, and what to come again for is on disk."""
    taken = patient.take_offer(patient.open_offer(late.link), "123456")
    assert taken.received == patient.list() == ()
    assert taken.waits == patient.waits()
    assert taken.waits[0].not_before == "2026-02-15T10:00:05Z"


@pytest.mark.parametrize("copies", [1, 3])
def test_collected_by_another_run_of_the_wallet(
    patient: Wallet, late: FakeIssuer, store: Path, network: Network, time: Time, copies: int
) -> None:
    """Section 9: the keys proven at first, the token and the DPoP key are there again; then the wait is over."""
    wait = waiting(patient, late, copies=copies)
    ready(late, time)
    again = wallet_of(store, network, time, seed="another run")
    kept = again.come_again(wait.id)
    assert len(kept) == copies
    keys = [again.store.key(record) for record in kept]
    assert len({key.public_key.public_numbers() for key in keys if key is not None}) == copies
    assert len({record.batch for record in kept}) == 1
    assert again.waits() == ()
    assert list((store / "accesses").iterdir()) == []
    with pytest.raises(NotHeld):
        again.come_again(wait.id)


def test_what_is_ready_is_kept_beside_it(patient: Wallet, late: FakeIssuer) -> None:
    late.offer["credential_configuration_ids"] = list(late.wires)
    first = late.network.replies[f"POST {ISSUER}/credential"]

    def one_ready(request: httpx2.Request) -> httpx2.Response:
        late.interval = 5 if request.content.count(b"mdoc") else None
        return first(request)

    late.network.replies[f"POST {ISSUER}/credential"] = one_ready
    taken = patient.take_offer(patient.open_offer(late.link), "123456")
    assert (len(taken.received), len(taken.waits)) == (1, 1)
    assert patient.list() == taken.received


def test_still_not_ready(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    """Section 9.2: the same transaction, and a new time to come."""
    wait = waiting(patient, late)
    time.now += timedelta(seconds=5)
    assert patient.come_again(wait.id) == ()
    (later,) = patient.waits()
    assert (later.transaction_id, later.not_before) == (wait.transaction_id, "2026-02-15T10:00:10Z")
    assert patient.due() == ()


def test_not_before_the_issuer_wants(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    wait = waiting(patient, late)
    time.now += timedelta(seconds=4)
    with pytest.raises(TooEarly):
        patient.come_again(wait.id)
    assert DEFERRED not in late.network.log


def test_with_a_fresh_token_where_the_old_one_is_over(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    late.token["refresh_token"] = late.refresh_token = "refresh"
    wait = waiting(patient, late)
    late.access_token = "another"
    time.now += timedelta(seconds=5)
    assert patient.come_again(wait.id) == ()
    renewed = patient.store.access(wait)
    assert (renewed.access_token, renewed.refresh_token) == ("another+", "refresh+")
    ready(late, time)
    assert len(patient.come_again(wait.id)) == 1
    assert late.network.log.count(TOKEN) == 2


def test_a_rotated_refresh_token_is_kept_before_it_is_used(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    """It is good for one request: the wallet would be locked out if the next one failed."""
    late.token["refresh_token"] = late.refresh_token = "refresh"
    wait = waiting(patient, late)
    late.access_token = "another"
    time.now += timedelta(seconds=5)

    def unavailable(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(503)

    answers = iter([late.network.replies[DEFERRED], unavailable])
    late.network.replies[DEFERRED] = lambda request: next(answers)(request)  # noqa: PLW0108  the next one at each call
    with pytest.raises(PeerUnavailable, match="http_503"):
        patient.come_again(wait.id)
    assert patient.store.access(wait).refresh_token == "refresh+"


def test_waits_of_one_offer_share_their_access(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    """A refresh token that one of them used up is not used again by the other."""
    late.offer["credential_configuration_ids"] = list(late.wires)
    late.token["refresh_token"] = late.refresh_token = "refresh"
    waits = patient.take_offer(patient.open_offer(late.link), "123456").waits
    ready(late, time)
    late.access_token = "another"
    assert [len(patient.come_again(wait.id)) for wait in waits] == [1, 1]
    assert late.refused == ["token_refused"]


def test_secrets_are_not_shown(patient: Wallet, late: FakeIssuer) -> None:
    wait = waiting(patient, late)
    access = patient.store.access(wait)
    for secret in (access.access_token, wait.transaction_id, "PRIVATE KEY"):
        assert secret not in f"{wait} {access}"


# --------------------------------------------------------------------------------------------------------- bad answers
Bend = Callable[[FakeIssuer], object]


def reply(make: Callable[[], httpx2.Response]) -> Bend:
    return lambda issuer: issuer.network.replies.update({DEFERRED: lambda _: make()})


def error(code: str, status: int = 400) -> Bend:
    return reply(lambda: answer({"error": code}, status))


OVER: dict[str, tuple[Bend, str]] = {
    "unknown_transaction": (error("invalid_transaction_id"), "peer_declined"),
    "denied": (error("credential_request_denied"), "peer_declined"),
    "token_over_and_no_other": (error("invalid_token", 401), "peer_declined"),
    "signed_by_somebody_else": (
        lambda issuer: issuer.deferred.update({"transaction-1": ["eyJhbGciOiJFUzI1NiJ9.e30.AAAA~"]}),
        "typ_missing",
    ),
}


@pytest.mark.parametrize(("bend", "reason"), OVER.values(), ids=OVER)
def test_nothing_will_come_any_more(patient: Wallet, late: FakeIssuer, time: Time, bend: Bend, reason: str) -> None:
    wait = waiting(patient, late)
    ready(late, time)
    bend(late)
    with pytest.raises((PeerDeclined, CredentialRefused)) as refused:
        patient.come_again(wait.id)
    assert refused.value.reason == reason
    assert (patient.list(), patient.waits()) == ((), ())


def postponed(**members: Any) -> Bend:
    return reply(lambda: answer({"transaction_id": "transaction-1", "interval": 5, **members}, 202))


KEPT: dict[str, tuple[Bend, str]] = {
    "another_transaction": (postponed(transaction_id="transaction-2"), "transaction_id_other"),
    "interval_negative": (postponed(interval=-1), "interval_malformed"),
    "interval_a_text": (postponed(interval="5"), "interval_malformed"),
    "out_of_reach": (reply(lambda: httpx2.Response(503)), "http_503"),
    "another_error": (error("server_error", 500), "peer_declined"),
    "redirected": (reply(lambda: httpx2.Response(302, headers={"Location": f"{ISSUER}/2"})), "redirect_refused"),
    "no_json": (reply(text("{", "application/json")), "json_malformed"),
    "more_than_was_asked_for": (
        lambda issuer: issuer.deferred.update({"transaction-1": ["a", "b"]}), "credentials_too_many"
    ),
    "no_endpoint_any_more": (
        lambda issuer: issuer.metadata.pop("deferred_credential_endpoint"), "deferred_endpoint_missing"
    ),
    "another_issuer": (
        lambda issuer: issuer.metadata.update({"credential_issuer": "https://other.example"}),
        "credential_issuer_mismatch",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("bend", "reason"), KEPT.values(), ids=KEPT)
def test_the_wait_is_kept(patient: Wallet, late: FakeIssuer, time: Time, bend: Bend, reason: str) -> None:
    """What an issuer gets wrong for once does not lose the document."""
    wait = waiting(patient, late)
    ready(late, time)
    bend(late)
    with pytest.raises((Rejection, WalletRefusal)) as refused:
        patient.come_again(wait.id)
    assert isinstance(refused.value, Rejection | WalletRefusal)
    assert refused.value.reason == reason
    assert (patient.list(), patient.waits()) == ((), (wait,))


def test_what_is_sent(patient: Wallet, late: FakeIssuer, time: Time) -> None:
    """Section 9.1."""
    wait = waiting(patient, late)
    ready(late, time)
    patient.come_again(wait.id)
    assert [json.loads(body) for body in late.network.sent(DEFERRED)] == [{"transaction_id": wait.transaction_id}]
