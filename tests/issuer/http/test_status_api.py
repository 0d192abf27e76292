"""Status lists as served: Token Status List, sections 8 and 9; checklist 4."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.x509 import ExtendedKeyUsage

from issuer.http.accept import accepts_gzip, preferred
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import BASE_URL, CNAM, CNPP, Clock, Registered, World
from vc_core import certificate
from vc_core.status_aggregation import parse_aggregation
from vc_core.status_token import StatusToken, TokenFormat, parse_token
from vc_core.x509 import STATUS_SIGNER

JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"


def _entry(world: World, registered: Registered) -> dict[str, Any]:
    entry: dict[str, Any] = world.document(registered)["credentials"][0]["status"]
    return entry


def _fetch(world: World, uri: str, media_type: str = JWT) -> StatusToken:
    response = world.client().get(uri, headers={"Accept": media_type})
    assert response.status_code == 200
    return parse_token(response.content, response.headers["Content-Type"])


@pytest.mark.parametrize("media_type", [JWT, CWT])
def test_token(world: World, registered: Registered, media_type: str) -> None:
    uri = _entry(world, registered)["uri"]
    response = world.client().get(uri, headers={"Accept": media_type})
    token = parse_token(response.content, response.headers["Content-Type"])
    token.verify(certificate.public_key(token.chain[0]))
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "max-age=900"
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert (token.subject, token.issued_at, token.ttl) == (uri, world.clock(), 900)
    assert token.aggregation_uri == f"{BASE_URL}/status"
    assert token.expires == world.clock() + timedelta(days=7)
    purposes = token.chain[0].extensions.get_extension_for_class(ExtendedKeyUsage).value
    assert STATUS_SIGNER.purpose in purposes
    assert token.chain[0].issuer != token.chain[0].subject


def test_both_tokens_carry_one_list(world: World, registered: Registered) -> None:
    world.withdraw(registered)
    uri = _entry(world, registered)["uri"]
    assert _fetch(world, uri, JWT).list == _fetch(world, uri, CWT).list


def test_bytes_stay_until_something_changes(world: World, registered: Registered) -> None:
    uri = _entry(world, registered)["uri"]
    first, second = world.client().get(uri), world.client().get(uri)
    assert first.content == second.content
    again = world.client().get(uri, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    world.withdraw(registered)
    changed = world.client().get(uri, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_jwt_is_packed_for_whoever_unpacks(world: World, registered: Registered) -> None:
    """Token Status List, section 8.2: gzip for a JWT; a CWT is bytes already."""
    uri = _entry(world, registered)["uri"]
    packed, plain, cwt = (
        world.client().get(uri, headers={"Accept": accept, "Accept-Encoding": encoding})
        for accept, encoding in ((JWT, "gzip"), (JWT, "identity"), (CWT, "gzip"))
    )
    encodings = [response.headers.get("Content-Encoding") for response in (packed, plain, cwt)]
    assert encodings == ["gzip", None, None]
    assert packed.content == plain.content
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert packed.headers["ETag"] != plain.headers["ETag"]
    known = {"Accept": JWT, "Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert world.client().get(uri, headers=known).status_code == 304


@pytest.mark.parametrize(
    ("accept_encoding", "accepted"),
    [(None, False), ("", False), ("*", False), ("br, gzip", True), ("GZIP;q=0.5", True), ("gzip;q=0", False)],
)
def test_accept_encoding(accept_encoding: str | None, accepted: bool) -> None:
    assert accepts_gzip(accept_encoding) is accepted


def test_token_is_made_anew_after_half_its_ttl(make_world: MakeWorld) -> None:
    """design.md 7: whoever asks gets a token that is fresh for a while yet."""
    world = make_world(clock=Clock())
    uri = _entry(world, world.register())["uri"]
    first = _fetch(world, uri)
    world.clock.advance(seconds=450)
    assert _fetch(world, uri).issued_at == first.issued_at
    world.clock.advance(seconds=1)
    assert _fetch(world, uri).issued_at == world.clock()
    world.clock.advance(days=30)
    assert _fetch(world, uri).issued_at == world.clock()


def test_aggregation_lists_every_institutions_lists(world: World, registered: Registered) -> None:
    card = world.register(world.ehic(), type_id="ehic", institution_id=CNAM)
    response = world.client().get("/status")
    listed = parse_aggregation(response.content)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {_entry(world, registered)["uri"], _entry(world, card)["uri"]} <= set(listed)
    assert _entry(world, registered)["uri"] != _entry(world, card)["uri"]
    assert all(_fetch(world, uri).subject == uri for uri in listed)


def test_full_shard_is_followed_by_another(make_world: MakeWorld) -> None:
    """All sixteen places are given out, in no order of time, and the next list is there before it is referred to."""
    world = make_world(shard_bits=4)
    entries = []
    for _ in range(40):
        entry = _entry(world, world.register(world.a1("valid_romanian_for_france"), institution_id=CNPP))
        assert entry["uri"] in parse_aggregation(world.client().get("/status").content)
        entries.append((entry["uri"], entry["idx"]))
    assert len(set(entries)) == len(entries)
    first, second, third = dict(entries)
    assert [len(_fetch(world, uri).list) for uri in (first, second, third)] == [16, 16, 16]
    for uri in (first, second):
        given = [idx for one, idx in entries if one == uri]
        assert sorted(given) == list(range(16))
        assert given != sorted(given)


# --- what is asked for


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, JWT),
        ("*/*", JWT),
        ("application/*", JWT),
        (JWT, JWT),
        (CWT, CWT),
        ("APPLICATION/STATUSLIST+CWT", CWT),
        (f"{CWT}, {JWT};q=0.5", CWT),
        (f"{CWT};q=0.5, {JWT}", JWT),
        (f"{JWT};q=0, */*", CWT),
        (f"text/html, {CWT}", CWT),
        ("text/html", None),
        (f"{CWT};q=0", None),
        (f"{CWT};q=x", None),
        ("", JWT),
    ],
)
def test_accept(accept: str | None, wanted: str | None) -> None:
    assert preferred(accept, tuple(TokenFormat)) == wanted


def test_no_other_media_type(world: World, registered: Registered) -> None:
    response = world.client().get(_entry(world, registered)["uri"], headers={"Accept": "text/html"})
    assert (response.status_code, response.json()["error"]) == (406, "media_type_unacceptable")


def test_no_other_time(world: World, registered: Registered) -> None:
    """TSL-7."""
    response = world.client().get(_entry(world, registered)["uri"], params={"time": "1"})
    assert (response.status_code, response.json()["error"]) == (501, "history_unsupported")


@pytest.mark.parametrize("shard_id", ["no-such-list", "%00"])
def test_unknown_list(world: World, shard_id: str) -> None:
    response = world.client().get(f"/status/{shard_id}")
    assert (response.status_code, response.json()["error"]) == (404, "status_list_unknown")
