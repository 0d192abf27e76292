"""What one key has signed is found in the log and replaced, on either database; the rest is left alone."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.adapters.tables import metadata
from issuer.app.keys import Keys, open_keys
from issuer.audit import key_id
from issuer.institutions import Institution, KeyUse
from issuer.settings import IssuerSettings
from issuer.use_cases.check_entitlement import CheckEntitlement
from socsec.key_files import make_signer
from tests.issuer.http.test_credential_endpoint import SD_JWT
from tests.issuer.world import BASE_URL, NOW, URSSAF, Registered, Wallet, World
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status


@pytest.fixture
def keys(world: World, pilot: tuple[Path, Any]) -> Iterator[Keys]:
    settings = IssuerSettings(data=pilot[0], base_url=BASE_URL, database_url=world.database_url, shard_bits=12)
    with open_keys(settings, clock=world.clock) as opened:
        yield opened


@pytest.fixture
def renewed(keys: Keys, pilot: tuple[Path, Any], tmp_path: Path) -> Institution:
    """The institution with a new key that is certified, but not put to use in the folder that all tests share."""
    data = shutil.copytree(pilot[0], tmp_path / "pilot")
    institution = keys.institutions.by_id(URSSAF)
    certificate = make_signer(data, institution, KeyUse.DOCUMENTS, now=NOW, random=_fixed)
    return replace(institution, document_signer=SoftwareKey(new_key(_fixed), (certificate,)))


def _fixed(count: int) -> bytes:
    return bytes(range(1, count + 1))


def _key(institution: Institution) -> str:
    return key_id(institution.document_signer.chain[0])


def _codes(world: World, registered: Registered) -> tuple[int, str]:
    answer = world.client().get(f"{registered.path}/inspection-code", headers=world.auth())
    return answer.status_code, answer.json().get("text", "")


def test_what_the_key_signed_is_replaced_once(world: World, keys: Keys, renewed: Institution) -> None:
    paper, held, withdrawn = world.register(), world.register(), world.register()
    wallet = Wallet(world)
    wallet.redeem(held)
    assert wallet.collect(SD_JWT).status_code == 200
    assert world.withdraw(withdrawn).status_code == 200
    before = _codes(world, paper)
    key = _key(keys.institutions.by_id(URSSAF))

    affected = keys.replace.signed_with(URSSAF, key)
    own = [one.answer["document_id"] for one in (paper, held, withdrawn)]
    assert [len(affected[one]) for one in own] == [1, 2, 1]

    done = {one.document.id: one for one in keys.replace(renewed, key, by="m.martin")}
    assert [one in done for one in own] == [True, True, False]
    assert set(done[own[1]].withdrawn) == set(affected[own[1]])
    assert (done[own[0]].offer, done[own[1]].offer is None) == (None, False)
    assert _codes(world, paper) == (200, done[own[0]].inspection_code)
    assert _codes(world, paper) != before
    assert world.document(paper)["state"] == "in_force"
    assert keys.replace.signed_with(URSSAF, _key(renewed)).keys() == {own[0], own[1]}
    assert list(keys.replace(renewed, key, by="m.martin")) == []


def test_a_suspended_document_is_replaced_and_stays_suspended(world: World, keys: Keys, renewed: Institution) -> None:
    """Lifting makes the new code VALID, and nothing that the key has signed."""
    suspended, erased = world.register(), world.register()
    for one in (suspended, erased):
        assert world.suspend(one).status_code == 200
    world.erase(erased)
    key = _key(keys.institutions.by_id(URSSAF))
    done = {one.document.id: one for one in keys.replace(renewed, key, by="m.martin")}
    assert done[erased.answer["document_id"]].inspection_code is None
    assert _codes(world, suspended) == (200, done[suspended.answer["document_id"]].inspection_code)
    assert sorted(_statuses(world, suspended)) == [Status.INVALID, Status.SUSPENDED]
    assert world.lift(suspended).status_code == 200
    assert sorted(_statuses(world, suspended)) == [Status.VALID, Status.INVALID]


def _statuses(world: World, registered: Registered) -> list[int]:
    table = metadata.tables["credential"]
    place = [column.name for column in table.columns].index("status")
    document_id = registered.answer["document_id"]
    return [row[place] for row in world.rows()["credential"] if document_id in row]


class _CompetentNoMore(CheckEntitlement):
    def __call__(self, institution_id: str, type_id: str, day: date, *, now: datetime) -> bool:
        return False


def test_institution_competent_no_more(world: World, keys: Keys, renewed: Institution) -> None:
    """Nothing new is signed, but what the key has signed becomes INVALID all the same."""
    paper = world.register()
    key = _key(keys.institutions.by_id(URSSAF))
    sign = replace(keys.replace.sign, entitled=_CompetentNoMore(read_trust=None))
    done = {one.document.id: one for one in replace(keys.replace, sign=sign)(renewed, key, by="m.martin")}
    own = done[paper.answer["document_id"]]
    assert (len(own.withdrawn), own.inspection_code) == (1, None)
    assert _codes(world, paper) == (404, "")
    assert world.document(paper)["state"] == "in_force"


def test_with_the_old_key_nothing_is_replaced(world: World, keys: Keys) -> None:
    """It would never come to an end."""
    registered = world.register()
    institution = keys.institutions.by_id(URSSAF)
    before = world.rows()
    with pytest.raises(ValueError, match="still in use"):
        next(keys.replace(institution, _key(institution), by="m.martin"))
    assert world.rows() == before
    assert world.document(registered)["state"] == "in_force"


def test_a_key_that_signed_nothing_has_nothing_to_replace(keys: Keys, renewed: Institution) -> None:
    assert keys.replace.signed_with(URSSAF, "unknown") == {}
    assert list(keys.replace(renewed, "unknown", by="m.martin")) == []
