"""The histogram of the checks' times: what falls where, and that no process's numbers are lost."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from tests.scraped import scraped
from vc_core.checks import CheckId
from vc_core.verification import GATHERED, RULES
from verifier.adapters.check_times import NAME, CheckTimes

FORM, CHAIN = CheckId("format.well_formed"), CheckId("trust.issuer_chain")
IDS = (FORM, CHAIN, RULES)


def told(times: CheckTimes) -> Mapping[str, float]:
    registry = CollectorRegistry()
    registry.register(times)
    return scraped(generate_latest(registry).decode())


def count(times: CheckTimes, id_: CheckId) -> float:
    return told(times)[f"{NAME}_count{{check={id_}}}"]


def test_what_falls_where() -> None:
    times = CheckTimes(IDS, None)
    times.add([(FORM, 0.00001), (FORM, 0.000011), (FORM, 7.0), (CHAIN, 0.002)])
    found = told(times)
    reached = {
        bound: found[f"{NAME}_bucket{{check={FORM},le={bound}}}"] for bound in ("1e-05", "2.5e-05", "0.1", "+Inf")
    }
    assert reached == {"1e-05": 1, "2.5e-05": 2, "0.1": 2, "+Inf": 3}
    assert found[f"{NAME}_sum{{check={FORM}}}"] == 0.00001 + 0.000011 + 7.0
    assert (count(times, FORM), count(times, CHAIN), count(times, RULES)) == (3, 1, 0)


def test_a_watch_reckons_once_the_verification_is_over() -> None:
    times = CheckTimes(IDS, None)
    watch = times.begin()
    watch(FORM)
    watch(CHAIN)
    assert count(times, FORM) == 0
    watch(RULES)
    found = told(times)
    assert [found[f"{NAME}_count{{check={id_}}}"] for id_ in IDS] == [1, 1, 1]
    assert all(found[f"{NAME}_sum{{check={id_}}}"] > 0 for id_ in IDS)


def test_time_spent_waiting_for_lists_is_no_checks() -> None:
    times = CheckTimes(IDS, None)
    watch = times.begin()
    watch(FORM)
    time.sleep(0.2)
    for id_ in (GATHERED, CHAIN, RULES):
        watch(id_)
    assert sum(told(times)[f"{NAME}_sum{{check={id_}}}"] for id_ in IDS) < 0.2


def test_processes_that_share_tell_of_all(tmp_path: Path) -> None:
    first, second = CheckTimes(IDS, tmp_path), CheckTimes(IDS, tmp_path)
    first.add([(FORM, 0.5)])
    second.add([(FORM, 0.25), (CHAIN, 1.0)])
    assert told(first) == told(second)
    assert (count(first, FORM), count(first, CHAIN)) == (2, 1)
    assert told(first)[f"{NAME}_sum{{check={FORM}}}"] == 0.75


def test_a_process_that_has_ended_is_still_told_of(tmp_path: Path) -> None:
    CheckTimes(IDS, tmp_path).add([(FORM, 0.5)])
    assert count(CheckTimes(IDS, tmp_path), FORM) == 1


def test_a_file_that_is_just_being_made_has_nothing_to_tell(tmp_path: Path) -> None:
    times = CheckTimes(IDS, tmp_path)
    (tmp_path / "check_times_new").touch()
    times.add([(FORM, 0.5)])
    assert count(times, FORM) == 1


def test_nothing_is_lost_among_threads() -> None:
    times = CheckTimes(IDS, None)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: times.add([(FORM, 0.5), (CHAIN, 0.5)]), range(2000)))
    assert (count(times, FORM), count(times, CHAIN)) == (2000, 2000)
