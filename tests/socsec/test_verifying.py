"""`socsec verify FILE`: every form in which a document may lie in a file, judged on status lists fetched beforehand."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from socsec.cli import main
from socsec.pilot_folder import create_pilot
from tests.packaged import CATALOGUE
from tests.verifier.world import ISSUER_URL, STATUS_URIS, SeededRandom, World, make_world
from vc_core import base64url, qr
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.status_list import StatusReference
from vc_core.verification import StatusFetched
from verifier.adapters.database import Database
from verifier.adapters.status_cache import StoredStatusTokens
from verifier.ports import CachedStatusToken
from verifier.settings import VerifierSettings

RUN = CliRunner()
SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
CHALLENGE = HolderChallenge(nonce="n" * 20, client_id="x509_hash:x", response_uri="https://verifier.example/response")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A pilot of today, and its status lists in the verifier's database."""
    folder, now = tmp_path_factory.mktemp("pilot") / "data", datetime.now(UTC).replace(microsecond=0)
    create_pilot(
        folder, issuer_url=ISSUER_URL, verifier_hosts=("localhost",), now=now - timedelta(days=1),
        random=SeededRandom("pilot of today"),
    )  # fmt: skip
    world = make_world(folder, CATALOGUE)
    world.clock.now = now
    keep_lists(world)
    return world


def keep_lists(world: World) -> None:
    database = Database(VerifierSettings(data=world.folder, base_url="https://localhost").database)
    database.upgrade()
    kept, now = StoredStatusTokens(database), world.clock.now
    for uri in STATUS_URIS.values():
        body = world.lists.token(uri).encode()
        token = StatusFetched(body=body, content_type="application/statuslist+jwt", fetched_at=now)
        kept.put(uri, CachedStatusToken(token=token, etag=None, held_until=now + timedelta(minutes=10)))
    database.close()


def presented(world: World, format_id: str) -> str:
    """With a holder's proof, as a wallet sends it: for mdoc a DeviceResponse."""
    held, one = world.credential(format_id), WALLET_FORMATS[format_id]
    paths = one.parse(UnverifiedPresentation(text=held.text)).query_facts().disclosures
    return one.present(held.text, paths=paths, challenge=CHALLENGE, holder=held.key, issued_at=world.clock.now)


FILES: dict[str, Callable[[World], bytes]] = {
    "sd_jwt": lambda world: world.credential(SD_JWT).text.encode(),
    "sd_jwt_with_proof": lambda world: presented(world, SD_JWT).encode(),
    "issuer_signed": lambda world: world.credential(MDOC).text.encode(),
    "issuer_signed_in_cbor": lambda world: base64url.decode(world.credential(MDOC).text),
    "device_response": lambda world: presented(world, MDOC).encode(),
    "device_response_in_cbor": lambda world: base64url.decode(presented(world, MDOC)),
    "code": lambda world: f"{world.code()}\n".encode(),
    "image_of_a_code": lambda world: qr.png(world.code()),
    "code_of_a_card": lambda world: world.code(type_id="ehic").encode(),
}


def verified(world: World, tmp_path: Path, content: bytes, *more: str) -> tuple[int, dict[str, Any]]:
    (tmp_path / "file").write_bytes(content)
    judged = RUN.invoke(main, ["verify", str(tmp_path / "file"), "--data", str(world.folder), "--json", *more])
    return judged.exit_code, json.loads(judged.stdout)


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_every_form_is_confirmed(world: World, tmp_path: Path, make: Callable[[World], bytes]) -> None:
    status, verdict = verified(world, tmp_path, make(world))
    assert (status, verdict["verdict"], verdict["deciding"]) == (0, "CONFIRMED", [])


def test_another_state_than_the_one_covered(world: World, tmp_path: Path) -> None:
    status, verdict = verified(world, tmp_path, world.code().encode(), "--state", "FR")
    assert (status, verdict["deciding"]) == (11, ["coverage.state"])


def test_one_that_was_withdrawn(world: World, tmp_path: Path) -> None:
    content = FILES["device_response_in_cbor"](world)
    world.withdraw_last()
    keep_lists(world)
    status, verdict = verified(world, tmp_path, content)
    assert (status, verdict["deciding"]) == (12, ["status.value"])


def test_cbor_that_is_cut_off(world: World, tmp_path: Path) -> None:
    status, verdict = verified(world, tmp_path, FILES["device_response_in_cbor"](world)[:-1])
    assert (status, verdict["deciding"]) == (13, ["format.well_formed"])


def test_a_list_that_is_not_at_hand(world: World, tmp_path: Path) -> None:
    """Not reachable is not withdrawn."""
    reference = StatusReference(uri=f"{ISSUER_URL}/status/99", idx=1)
    status, verdict = verified(world, tmp_path, world.code(status=reference).encode())
    assert (status, verdict["deciding"]) == (13, ["status.token_available"])
