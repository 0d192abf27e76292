"""Rate limits over HTTP: so many requests in a minute, for all processes together, and one more refused."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine, select
from starlette.requests import Request
from starlette.testclient import TestClient
from structlog.testing import capture_logs
from structlog.typing import EventDict

from issuer.adapters.tables import rate_count
from issuer.http.rate_limits import address_of
from tests.issuer.conftest import MakeWorld
from tests.issuer.office import Officer
from tests.issuer.world import BASE_URL, CNAM, NOW, Clock, Wallet, World
from tests.served import free_port, served

HERE, ELSEWHERE = "198.51.100.7", "198.51.100.8"
_minutes = count(1)


@pytest.fixture
def clock() -> Clock:
    """Every test has minutes of its own: the counts of a module's tests are in one database."""
    clock = Clock(NOW.replace(second=45))
    clock.advance(minutes=10 * next(_minutes))
    return clock


def _client(world: World, address: str = HERE) -> TestClient:
    return TestClient(world.app, base_url=BASE_URL, client=(address, 50000), raise_server_exceptions=False)


def _refused(response: httpx2.Response, code: str) -> None:
    assert (response.status_code, response.json()["error"]) == (429, code)
    assert response.headers["Retry-After"] == "15"
    assert response.headers["Cache-Control"] == "no-store"


def _statuses(ask: Callable[[], httpx2.Response], number: int) -> list[int]:
    return [ask().status_code for _ in range(number)]


# --- institutions


def test_writes_of_an_institution(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, institution_writes_per_minute=2)
    for _ in range(2):
        world.register()
    before = world.rows()
    refused = world.post(world.a1())
    _refused(refused, "too_many_requests")
    assert refused.json()["retry_after"] == 15
    assert world.rows() == before
    assert world.client().get("/v1/events", headers=world.auth()).status_code == 200
    world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    clock.advance(seconds=15)
    world.register()


def test_reads_of_an_institution(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, institution_reads_per_minute=2)
    registered = world.register()

    def ask(institution_id: str = registered.institution_id) -> httpx2.Response:
        return world.client().get(registered.path, headers=world.auth(institution_id))

    assert _statuses(ask, 2) == [200, 200]
    _refused(ask(), "too_many_requests")
    assert ask(CNAM).status_code == 404
    assert world.withdraw(registered).status_code == 200
    clock.advance(seconds=15)
    assert ask().status_code == 200


def test_a_search_is_counted_as_a_read_though_its_terms_are_in_a_body(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, institution_reads_per_minute=2, institution_writes_per_minute=1)

    def ask() -> httpx2.Response:
        return world.client().post("/v1/a1/search", json={"family_name": "nobody"}, headers=world.auth())

    assert _statuses(ask, 2) == [200, 200]
    _refused(ask(), "too_many_requests")
    world.register()


def test_two_processes_share_the_count(make_world: MakeWorld, clock: Clock) -> None:
    one, other = (make_world(clock=clock, institution_writes_per_minute=2) for _ in range(2))
    one.register()
    other.register()
    before = one.rows()
    _refused(other.post(other.a1()), "too_many_requests")
    _refused(one.post(one.a1()), "too_many_requests")
    assert one.rows() == before


def test_limits_can_be_switched_off(make_world: MakeWorld, clock: Clock) -> None:
    names = ("institution_reads", "institution_writes", "wallet_requests", "wrong_keys", "wrong_codes")
    world = make_world(clock=clock, **{f"{name}_per_minute": 0 for name in names})
    assert Wallet(world).redeem(world.register(), tx_code="wrong").status_code == 400
    world.client().get("/v1/events", headers={"Authorization": "Bearer nobody"})
    assert _counted(world, clock) == []


def test_pages_of_the_back_office_count_for_the_institution(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, institution_reads_per_minute=2)
    officer = Officer.of(world)
    assert officer.sign_in().status_code == 200  # one page
    assert officer.open().status_code == 200
    refused = officer.open()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "15"
    assert 'data-code="too_many_requests"' in refused.text
    assert world.client().get("/v1/events", headers=world.auth()).status_code == 429
    clock.advance(seconds=15)
    assert officer.open().status_code == 200


def test_searches_at_the_back_office_are_counted_as_reads(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, institution_writes_per_minute=1)
    officer = Officer.of(world)
    start, form = officer.sign_in(), officer.open("/office/search")
    assert _statuses(lambda: officer.send(form, "search", type="a1", family_name="nobody"), 2) == [200, 200]
    assert _statuses(lambda: officer.send(start, "find", number="nobody"), 2) == [404, 404]
    world.register()


# --- wrong keys


def _with_key(world: World, key: str, address: str = HERE) -> httpx2.Response:
    return _client(world, address).get("/v1/events", headers={"Authorization": f"Bearer {key}"})


def test_wrong_keys_from_one_address(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wrong_keys_per_minute=2)
    key = world.api_keys[CNAM]
    assert _statuses(lambda: _with_key(world, key), 3) == [200, 200, 200]
    assert _statuses(lambda: _with_key(world, "nobody"), 2) == [401, 401]
    _refused(_with_key(world, "nobody"), "too_many_wrong_keys")
    _refused(_with_key(world, key), "too_many_wrong_keys")
    assert _with_key(world, key, ELSEWHERE).status_code == 200
    clock.advance(seconds=15)
    assert _with_key(world, key).status_code == 200


def test_no_key_is_no_wrong_key(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wrong_keys_per_minute=2)
    assert _statuses(lambda: _client(world).get("/v1/events"), 4) == [401] * 4


def test_wrong_keys_are_counted_by_all_processes(make_world: MakeWorld, clock: Clock) -> None:
    one, other = (make_world(clock=clock, wrong_keys_per_minute=2) for _ in range(2))
    assert _statuses(lambda: _with_key(one, "nobody"), 2) == [401, 401]
    _refused(_with_key(other, "nobody"), "too_many_wrong_keys")
    _refused(_with_key(other, other.api_keys[CNAM]), "too_many_wrong_keys")


def test_wrong_keys_at_the_back_office(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wrong_keys_per_minute=1)
    officer = Officer.of(world)
    entrance = officer.open()
    assert officer.send(entrance, "sign-in", key="nobody").status_code == 403
    refused = officer.send(entrance, "sign-in", key=officer.key)
    assert refused.status_code == 429
    assert 'data-code="too_many_wrong_keys"' in refused.text
    clock.advance(seconds=15)
    assert officer.send(entrance, "sign-in", key=officer.key).status_code == 200


# --- wallets


def test_requests_of_wallets_from_one_address(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wallet_requests_per_minute=2)
    here, elsewhere = _client(world), _client(world, ELSEWHERE)
    assert _statuses(lambda: here.post("/nonce"), 2) == [200, 200]
    _refused(here.post("/nonce"), "temporarily_unavailable")
    assert set(here.post("/nonce").json()) == {"error", "error_description"}
    _refused(here.post("/token", data={"grant_type": "x"}), "temporarily_unavailable")
    _refused(here.post("/credential", json={}), "temporarily_unavailable")
    _refused(here.get("/credential-offer/x"), "temporarily_unavailable")
    assert elsewhere.post("/nonce").status_code == 200
    clock.advance(seconds=15)
    assert here.post("/nonce").status_code == 200


def test_an_offer_that_was_refused_for_the_rate_is_good_later(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wallet_requests_per_minute=2)
    registered, wallet = world.register(), Wallet(world)
    form, headers = wallet.form(registered), {"DPoP": wallet.proof("/token")}
    before = world.rows()
    _refused(world.client().post("/token", data=form, headers=headers), "temporarily_unavailable")
    assert world.rows() == before
    clock.advance(seconds=15)
    assert world.client().post("/token", data=form, headers=headers).status_code == 200


def test_what_everybody_reads_is_not_limited(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wallet_requests_per_minute=1)
    here = _client(world)
    for path in ("/status", "/.well-known/openid-credential-issuer", "/type-metadata/urn:eudi:pda1:1"):
        assert _statuses(lambda path=path: here.get(path), 3) == [200, 200, 200]  # type: ignore[misc]
    assert _counted(world, clock) == []


def test_wrong_codes_from_one_address(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wrong_codes_per_minute=2)
    registered, wallet = world.register(), Wallet(world)
    form = wallet.form(registered)

    def redeem(address: str = HERE, **changed: str) -> httpx2.Response:
        headers = {"DPoP": wallet.proof("/token")}
        return _client(world, address).post("/token", data={**form, **changed}, headers=headers)

    for _ in range(2):
        assert redeem(**{"pre-authorized_code": "x"}).json()["error"] == "invalid_grant"
    before = world.rows()
    _refused(redeem(), "temporarily_unavailable")
    assert world.rows() == before
    assert redeem(ELSEWHERE).status_code == 200


def test_good_codes_are_not_counted(make_world: MakeWorld, clock: Clock) -> None:
    world = make_world(clock=clock, wrong_codes_per_minute=1)
    for _ in range(3):
        assert Wallet(world).redeem(world.register()).status_code == 200


# --- addresses


def _request(client: Any) -> Request:
    return Request({"type": "http", "headers": [], "client": client})


@pytest.mark.parametrize(
    ("host", "counted"),
    {
        "198.51.100.7": "198.51.100.7",
        "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
        "2001:db8:1:2::9": "2001:db8:1:2::/64",
        "2001:db8:1:3::9": "2001:db8:1:3::/64",
        "::ffff:198.51.100.7": "198.51.100.7",
        "socket": "socket",
    }.items(),
)
def test_address(host: str, counted: str) -> None:
    assert address_of(_request((host, 1))) == counted


def test_no_address() -> None:
    assert address_of(_request(None)) == ""


def test_behind_a_proxy_that_the_server_trusts_addresses_are_those_of_wallets(
    make_world: MakeWorld, clock: Clock
) -> None:
    """As the commands run it: a proxy on this machine is trusted unless `FORWARDED_ALLOW_IPS` says otherwise."""
    world = make_world(clock=clock, wallet_requests_per_minute=1)
    with served(world.app, free_port()) as url:
        statuses = [
            httpx2.post(f"{url}/nonce", headers={"X-Forwarded-For": address}).status_code
            for address in (HERE, HERE, ELSEWHERE)
        ]
    assert statuses == [200, 429, 200]


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured


def test_no_address_is_logged_or_stored(make_world: MakeWorld, clock: Clock, logs: list[EventDict]) -> None:
    world = make_world(clock=clock, wallet_requests_per_minute=1, wrong_keys_per_minute=1)
    for _ in range(2):
        _client(world).post("/nonce")
        _with_key(world, "nobody")
    assert len(_counted(world, clock)) == 2
    assert [line["refused"] for line in logs if line["status"] == 429]
    assert HERE not in repr([logs, _counted(world, clock), world.rows()])


def _counted(world: World, clock: Clock) -> list[tuple[Any, ...]]:
    """What is stored of this minute."""
    engine = create_engine(world.database_url)
    with engine.connect() as connection:
        window = clock().replace(second=0)
        rows = [tuple(row) for row in connection.execute(select(rate_count).where(rate_count.c.window_start == window))]
    engine.dispose()
    return rows
