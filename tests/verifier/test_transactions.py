"""The states of a transaction, and what is kept of it, for how long."""

from starlette.testclient import TestClient

from tests.verifier.wallet import ask, bearer, form, offered, present
from tests.verifier.world import NOW, World, rows
from verifier.adapters import tables
from verifier.identifiers import ID_LENGTH, SECRET_BYTES, fingerprint, is_id, matches, new_id, new_secret


def test_the_states_of_a_request(client: TestClient, world: World) -> None:
    offer = offered(client)
    headers = bearer(offer["read_token"])

    def state() -> str:
        return str(client.get(f"/v1/requests/{offer['id']}", headers=headers).json()["state"])

    assert state() == "created"
    client.get(f"/request/{offer['id']}")
    assert state() == "fetched"
    world.clock.forward(minutes=5)
    assert state() == "expired"


def test_no_token_is_stored_in_clear(client: TestClient, world: World, database_url: str) -> None:
    offer = offered(client)
    handed = client.post("/v1/verify", json={"text": world.code()}).json()
    stored = repr(rows(database_url, tables.request)) + repr(rows(database_url, tables.handed_in))
    assert offer["read_token"] not in stored
    assert handed["identity_token"] not in stored


def test_of_what_is_handed_in_only_the_word_is_kept(client: TestClient, world: World, database_url: str) -> None:
    client.post("/v1/verify", json={"text": world.code(), "expected": {"day": "2026-02-15"}})
    [row] = rows(database_url, tables.handed_in)
    assert (row["word"], row["at"], row["identity_compared"]) == ("CONFIRMED", NOW, "no")


def test_the_key_of_a_response_is_gone_once_it_was_answered(
    client: TestClient, world: World, database_url: str
) -> None:
    asked = ask(client)
    assert rows(database_url, tables.request)[0]["encryption_key"] is not None
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    assert rows(database_url, tables.request)[0]["encryption_key"] is None


def test_the_key_of_a_request_that_has_expired_is_gone(client: TestClient, world: World, database_url: str) -> None:
    first = ask(client)
    world.clock.forward(minutes=5)
    offered(client)
    stored = {row["id"]: row for row in rows(database_url, tables.request)}
    expired = stored.pop(first.offer["id"])
    assert (expired["state"], expired["encryption_key"]) == ("expired", None)
    assert all(row["encryption_key"] for row in stored.values())


def test_verdicts_are_deleted_after_a_day(client: TestClient, world: World, database_url: str) -> None:
    asked = ask(client)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential("dc+sd-jwt"))))
    client.post("/v1/verify", json={"text": world.code()})
    world.clock.forward(hours=25)
    kept = offered(client)
    assert [row["id"] for row in rows(database_url, tables.request)] == [kept["id"]]
    assert rows(database_url, tables.handed_in) == []


def test_ids_and_secrets_are_unpredictable_and_url_safe(world: World) -> None:
    ids = {new_id(NOW, world.random) for _ in range(100)}
    secrets = {new_secret(world.random) for _ in range(100)}
    assert (len(ids), len(secrets)) == (100, 100)
    assert all(is_id(one) and len(one) == ID_LENGTH for one in ids)
    assert SECRET_BYTES >= 16
    secret = secrets.pop()
    assert matches(secret, fingerprint(secret))
    assert not matches(secrets.pop(), fingerprint(secret))
