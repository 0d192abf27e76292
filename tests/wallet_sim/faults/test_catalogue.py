"""The faults as a catalogue: ids that stay, one sentence each, a clause each."""

import re

from wallet_sim import faults
from wallet_sim.faults import FAULTS, Stage


def test_ids_are_unique_and_readable() -> None:
    assert len(FAULTS) == len(faults._ALL)
    assert all(re.fullmatch(r"[a-z0-9_]+", id_) for id_ in FAULTS)
    assert all(fault.id == id_ for id_, fault in FAULTS.items())


def test_every_stage_has_some() -> None:
    assert {fault.stage for fault in FAULTS.values()} == set(Stage)


def test_each_says_in_one_sentence_what_differs_and_names_a_clause() -> None:
    for fault in FAULTS.values():
        assert re.fullmatch(r"[A-Z0-9`].*\.", fault.says), fault.id
        assert re.search(r"section|appendix|ISO/IEC 18013-5, \d", fault.section), fault.id
