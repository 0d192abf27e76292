"""Authorization servers as whoever runs the service writes them down."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import issuer
from issuer.adapters.authorization_servers import AuthorizationServerFile
from tests.issuer.world import DRV, URSSAF
from tests.vc_core.forged_jws import software_key
from vc_core import jose

ISSUER = "https://login.example"
ENTRY = {
    "name": "login",
    "issuer": ISSUER,
    "audience": "https://issuer.example",
    "keys": "keys.json",
    "algorithms": ["ES256"],
    "institutions": [URSSAF],
}


def write_keys(path: Path, *kids: str) -> None:
    keys = [
        {**jose.jwk_from_public_key(software_key(number).public_key), "kid": kid} for number, kid in enumerate(kids, 7)
    ]
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"keys": keys}))
    os.replace(new, path)


def write_servers(path: Path, *entries: dict[str, Any], more: str = "") -> Path:
    tables = (
        "[[server]]\n" + "\n".join(f"{name} = {json.dumps(value)}" for name, value in one.items()) for one in entries
    )
    path.write_text("\n".join((more, *tables)))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    write_keys(tmp_path / "keys.json", "1")
    return tmp_path / "keys.json"


def _read(keys: Path, *entries: dict[str, Any], more: str = "") -> AuthorizationServerFile:
    return AuthorizationServerFile.read(
        write_servers(keys.parent / "servers.toml", *entries, more=more), frozenset({URSSAF, DRV})
    )


def _kids(servers: AuthorizationServerFile) -> set[str]:
    server = servers.find(ISSUER)
    assert server is not None
    return set(server.keys)


def test_a_server(keys: Path) -> None:
    server = _read(keys, ENTRY).find(ISSUER)
    assert server is not None
    assert (server.name, server.audience, server.algorithms) == ("login", "https://issuer.example", {"ES256"})
    assert server.institutions == {URSSAF}
    assert server.keys["1"].key == software_key(7).public_key


def test_other_issuers_are_unknown(keys: Path) -> None:
    assert _read(keys, ENTRY).find(f"{ISSUER}/") is None


def test_no_file_no_servers(tmp_path: Path) -> None:
    assert AuthorizationServerFile.read(tmp_path / "servers.toml", frozenset()).find(ISSUER) is None


def test_the_example_of_the_page(keys: Path) -> None:
    page = (Path(issuer.__file__).parent / "ACCESS.md").read_text()
    (example,) = page.split("```toml\n")[1:]
    write_keys(keys.parent / "drv.jwks.json", "1")
    (keys.parent / "servers.toml").write_text(example.partition("```")[0])
    servers = AuthorizationServerFile.read(keys.parent / "servers.toml", frozenset({DRV}))
    server = servers.find("https://login.drv.example")
    assert server is not None
    assert server.institutions == {DRV}


def test_new_keys_are_taken_up(keys: Path) -> None:
    servers = _read(keys, ENTRY)
    assert _kids(servers) == {"1"}
    write_keys(keys, "1", "2")
    assert _kids(servers) == {"1", "2"}


def test_keys_that_cannot_be_read_are_logged_once_and_change_nothing(keys: Path) -> None:
    servers = _read(keys, ENTRY)
    keys.write_text("{}")
    with capture_logs() as logs:
        assert _kids(servers) == {"1"}
        assert _kids(servers) == {"1"}
    assert [line["event"] for line in logs] == ["authorization_server_keys_unreadable"]
    write_keys(keys, "2")
    assert _kids(servers) == {"2"}


def test_keys_that_are_gone_change_nothing(keys: Path) -> None:
    servers = _read(keys, ENTRY)
    keys.unlink()
    assert _kids(servers) == {"1"}


REFUSED = {
    "plain_http": ({"issuer": "http://login.example"}, "issuer"),
    "symmetric_algorithm": ({"algorithms": ["ES256", "HS256"]}, "algorithms that are not used: HS256"),
    "no_algorithm": ({"algorithms": []}, "algorithms"),
    "no_institution": ({"institutions": []}, "institutions"),
    "institution_that_is_none": ({"institutions": [URSSAF, "FR:0"]}, "no such institutions: FR:0"),
    "name_with_a_bar": ({"name": "a|b"}, "name"),
    "name_too_long": ({"name": "a" * 17}, "name"),
    "unknown_member": ({"jwks_uri": "https://login.example/keys"}, "jwks_uri"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(keys: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _read(keys, {**ENTRY, **change})


@pytest.mark.parametrize("name", ENTRY)
def test_a_member_that_is_missing(keys: Path, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        _read(keys, {key: value for key, value in ENTRY.items() if key != name})


@pytest.mark.parametrize("same", ["name", "issuer"])
def test_two_servers_with_one_name_or_issuer(keys: Path, same: str) -> None:
    other = {**ENTRY, "name": "other", "issuer": "https://other.example", same: ENTRY[same]}
    with pytest.raises(ValueError, match="one name or one issuer"):
        _read(keys, ENTRY, other)


def test_a_table_of_another_name(keys: Path) -> None:
    with pytest.raises(ValueError, match="servers: unknown"):
        _read(keys, ENTRY, more="[servers]")


def test_key_set_that_is_missing(keys: Path) -> None:
    with pytest.raises(OSError, match=r"other\.json"):
        _read(keys, {**ENTRY, "keys": "other.json"})


def test_key_set_that_is_none(keys: Path) -> None:
    keys.write_text('{"keys": []}')
    with pytest.raises(ValueError, match="keys_empty"):
        _read(keys, ENTRY)
