"""One seed makes one world, on disk too."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.judging import judge
from conformance.scenario import Case
from conformance.world import Stream, World
from conformance.world_folder import read_world, write_world
from tests.conformance.scenarios import CASES
from vc_core.signer import SoftwareKey
from vc_core.verdict import Word

GENUINE = [case for case in CASES if case.scenario.id in ("genuine.presented", "genuine.code_shown")]


def numbers(key: SoftwareKey) -> int:
    return key.private_key.private_numbers().private_value


def test_the_same_seed_makes_the_same_keys(world: World) -> None:
    other = World.make()
    assert numbers(other.pilot.operator) == numbers(world.pilot.operator)
    assert numbers(other.holder()) == numbers(world.holder()) != numbers(world.holder("somebody else"))
    assert Stream("a")(40) == Stream("a")(40) != Stream("b")(40)


def chains(world: World) -> dict[str, object]:
    return {
        id_: (keys.document_signer.chain, keys.status_signer.chain) for id_, keys in world.pilot.institutions.items()
    }


@pytest.mark.parametrize("case", GENUINE, ids=[case.id for case in GENUINE])
def test_a_folder_holds_the_whole_world(tmp_path: Path, case: Case) -> None:
    made = World.make(
        now=datetime(2027, 1, 5, 8, 30, 59, 123456, tzinfo=UTC), places={"status": "http://127.0.0.1:1/s/"}
    )
    keys = write_world(made, tmp_path / "world")
    again = read_world(tmp_path / "world", now=made.now)
    assert again.pilot.trust_list_text == made.pilot.trust_list_text
    assert chains(again) == chains(made)
    assert again.places == made.places
    assert set(keys) == set(made.institutions)
    assert (tmp_path / "world" / "api-keys.json").stat().st_mode & 0o777 == 0o600
    assert judge(again, case).word is Word.CONFIRMED


def test_a_folder_is_not_overwritten(tmp_path: Path, world: World) -> None:
    write_world(world, tmp_path / "world")
    with pytest.raises(FileExistsError):
        write_world(world, tmp_path / "world")


def test_documents_find_their_institution(world: World) -> None:
    rulebook = world.catalogue.type("a1")
    romanian = world.claims("a1", "valid_romanian_for_france")
    assert world.institution_of(rulebook, romanian).id == "RO:CNPP01"
    assert world.institution_of(rulebook, {}).id == "FR:117000"
    identity = world.catalogue.type("pid")
    assert world.institution_of(identity, world.claims("pid")).name == "Agence nationale des titres sécurisés"
