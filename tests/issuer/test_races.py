"""Two requests at once: one wins, whatever the database. Every test starts its requests together, in threads."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import httpx2

from tests.issuer.conftest import MakeWorld
from tests.issuer.http.test_credential_endpoint import MDOC, SD_JWT
from tests.issuer.world import CNPP, Registered, Wallet, World
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from vc_core.status_token import parse_token

T = TypeVar("T")

Call = Callable[[], httpx2.Response]

MANY = 6


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    barrier = Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def statuses(responses: Sequence[httpx2.Response]) -> Counter[int]:
    return Counter(response.status_code for response in responses)


def _post(world: World, path: str, **content: object) -> Call:
    client = world.client()
    return lambda: client.post(path, **content)  # type: ignore[arg-type]


def test_one_of_many_wallets_redeems_an_offer(world: World, registered: Registered) -> None:
    form = Wallet(world).form(registered)
    calls = [_post(world, "/token", data=form, headers={"DPoP": Wallet(world).proof("/token")}) for _ in range(MANY)]
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 400: MANY - 1}
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
    assert sum(registered.offer_id in row for row in world.rows()["access_grant"]) == 1


def test_one_proof_redeems_one_of_many_offers(world: World, wallet: Wallet) -> None:
    headers = {"DPoP": wallet.proof("/token")}
    calls = [_post(world, "/token", data=wallet.form(world.register()), headers=headers) for _ in range(MANY)]
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 400: MANY - 1}
    assert {answer.json()["error_description"] for answer in answers if answer.status_code == 400} == {"jti_repeated"}


def test_no_more_guesses_than_allowed(world: World, registered: Registered) -> None:
    form = {**Wallet(world).form(registered), "tx_code": f"{(int(registered.tx_code) + 1) % 10**6:06}"}
    calls = [_post(world, "/token", data=form, headers={"DPoP": Wallet(world).proof("/token")}) for _ in range(9)]
    assert statuses(at_once(calls)) == {400: 9}
    (attempts,) = [row[-1] for row in world.rows()["offer"] if row[0] == registered.offer_id]
    assert attempts == 5


def test_one_nonce_makes_one_credential(world: World, wallet: Wallet) -> None:
    """The same `c_nonce` in the proofs of many wallets, each with a token of its own."""
    nonce = wallet.nonces()[0]
    calls = []
    for _ in range(MANY):
        one = Wallet(world)
        one.redeem(world.register())
        request = {
            "credential_configuration_id": SD_JWT, "proofs": {"jwt": [one.key_proof(claims={"nonce": nonce})]}
        }  # fmt: skip
        calls.append(_post(world, "/credential", json=request, headers=one.headers()))
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 400: MANY - 1}
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_nonce"}


def test_one_proof_of_possession_collects_once(world: World, wallet: Wallet, registered: Registered) -> None:
    wallet.redeem(registered)
    headers = wallet.headers()
    calls = [
        _post(world, "/credential", json=wallet.request(configuration_id), headers=headers)
        for configuration_id in (SD_JWT, MDOC)
    ]
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 401: 1}
    assert len(world.document(registered)["credentials"]) == 2


def test_one_token_collects_a_configuration_once(world: World, wallet: Wallet, registered: Registered) -> None:
    wallet.redeem(registered)
    calls = [_post(world, "/credential", json=wallet.request(SD_JWT), headers=wallet.headers()) for _ in range(MANY)]
    answers = at_once(calls)
    assert statuses(answers) == {200: 1, 400: MANY - 1}
    assert len(world.document(registered)["credentials"]) == 2


def test_one_key_registers_one_document(world: World) -> None:
    claims = world.a1()
    answers = at_once([lambda: world.post(claims, key="raced") for _ in range(MANY)])
    assert statuses(answers) == {201: 1, 200: MANY - 1}
    assert len({answer.content for answer in answers}) == 1
    assert sum(row[3] == claims["document_number"] for row in world.rows()["document"]) == 1


def test_one_key_registers_one_of_two_documents(world: World) -> None:
    documents = [world.a1() for _ in range(MANY)]
    answers = at_once([partial(world.post, claims, key="contested") for claims in documents])
    assert statuses(answers) == {201: 1, 409: MANY - 1}


def test_one_number_registers_one_document(world: World) -> None:
    claims = world.a1()
    answers = at_once([lambda: world.post(claims) for _ in range(MANY)])
    assert statuses(answers) == {201: 1, 409: MANY - 1}


def test_status_indices_are_given_out_once(make_world: MakeWorld) -> None:
    """Shards are opened and filled by many at once; two processes share the database (two applications here)."""
    worlds = [make_world(shard_bits=4), make_world(shard_bits=4)]
    calls = [
        partial(worlds[number % 2].post, worlds[0].a1("valid_romanian_for_france"), institution_id=CNPP)
        for number in range(48)
    ]
    answers = [answer for start in range(0, 48, 12) for answer in at_once(calls[start : start + 12])]
    assert statuses(answers) == {201: 48}
    documents = [Registered(answer.json(), CNPP) for answer in answers]
    entries = [worlds[0].document(one)["credentials"][0]["status"] for one in documents]
    filled = Counter(entry["uri"] for entry in entries)
    assert list(filled.values()) == [16, 16, 16]
    assert len({(entry["uri"], entry["idx"]) for entry in entries}) == 48


def test_no_withdrawal_is_lost(world: World) -> None:
    """Documents on one list, withdrawn at once: the list that is published last has them all."""
    documents = [world.register() for _ in range(MANY)]
    entries = [world.document(one)["credentials"][0]["status"] for one in documents]
    answers = at_once([partial(world.withdraw, one) for one in documents])
    assert statuses(answers) == {200: MANY}
    response = world.client().get(entries[0]["uri"])
    token = parse_token(response.content, response.headers["Content-Type"])
    assert [token.list.value(entry["idx"]) for entry in entries] == [1] * MANY


def test_no_credential_survives_a_withdrawal(world: World) -> None:
    """A wallet collects while the institution withdraws: refused, or INVALID on the list."""
    for _ in range(MANY):
        registered, wallet = world.register(), Wallet(world, holder=SoftwareKey(new_key(os.urandom)))
        wallet.redeem(registered)
        collect = _post(world, "/credential", json=wallet.request(MDOC), headers=wallet.headers())
        both: list[Call] = [collect, partial(world.withdraw, registered)]
        collected, withdrawn = at_once(both)
        assert withdrawn.status_code == 200
        assert collected.status_code in {200, 400}
        credentials = world.document(registered)["credentials"]
        assert len(credentials) == (2 if collected.status_code == 200 else 1)
        for entry in (one["status"] for one in credentials):
            response = world.client().get(entry["uri"])
            assert parse_token(response.content, response.headers["Content-Type"]).list.value(entry["idx"]) == 1


def test_no_credential_is_valid_in_a_suspension(world: World) -> None:
    """A wallet collects while the institution suspends: refused, or INVALID on the list, which lifting makes VALID."""
    for _ in range(MANY):
        registered, wallet = world.register(), Wallet(world)
        wallet.redeem(registered)
        collect = _post(world, "/credential", json=wallet.request(SD_JWT), headers=wallet.headers())
        both: list[Call] = [collect, partial(world.suspend, registered)]
        collected, suspended = at_once(both)
        assert suspended.status_code == 200
        copies = 1 + (collected.status_code == 200)
        assert _published(world, registered) == [1] * copies
        assert world.lift(registered).status_code == 200
        assert _published(world, registered) == [0] * copies


def test_suspended_or_withdrawn_and_never_both(world: World) -> None:
    """Whichever comes first, in the end the document is withdrawn."""
    for _ in range(MANY):
        registered = world.register()
        suspended, withdrawn = at_once([partial(world.suspend, registered), partial(world.withdraw, registered)])
        assert (suspended.status_code in (200, 409), withdrawn.status_code) == (True, 200)
        shown = world.document(registered)
        assert (shown["state"], shown["suspension"]) == ("withdrawn", None)
        assert world.lift(registered).json()["error"] == "document_withdrawn"


def _published(world: World, registered: Registered) -> list[int]:
    """What the lists say of the document's copies."""
    found = []
    for one in world.document(registered)["credentials"]:
        response = world.client().get(one["status"]["uri"])
        token = parse_token(response.content, response.headers["Content-Type"])
        found.append(token.list.value(one["status"]["idx"]))
    return found


def test_same_order_from_two_officers(world: World, registered: Registered) -> None:
    answers = at_once([lambda: world.withdraw(registered) for _ in range(MANY)])
    assert statuses(answers) == {200: MANY}
    assert len({answer.content for answer in answers}) == 1
