"""Looking at what a service needs: in order, within a time limit, one round at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from structlog.testing import capture_logs

from vc_core.readiness import Outcome, Probe, Probed, Readiness, Unready


def _tell(**said: Any) -> None:
    structlog.get_logger().warning("not_ready", **said)


def _passes() -> None: ...


def test_what_passes() -> None:
    looked = Readiness(
        [Probe(name="one", look=_passes), Probe(name="two", look=_passes, needs="one")], limit=5, tell=_tell
    )()
    assert looked == (Probed(name="one", outcome=Outcome.PASSED), Probed(name="two", outcome=Outcome.PASSED))


def test_a_failure_stops_only_what_needs_it() -> None:
    def fails() -> None:
        raise Unready("out_of_date", "list 7")

    probes = [
        Probe(name="one", look=fails),
        Probe(name="two", look=_passes, needs="one"),
        Probe(name="three", look=_passes),
    ]
    with capture_logs() as logs:
        found = Readiness(probes, limit=5, tell=_tell)()
    assert found == (
        Probed(name="one", outcome=Outcome.FAILED, reason="out_of_date"),
        Probed(name="two", outcome=Outcome.NOT_CHECKED, reason="one"),
        Probed(name="three", outcome=Outcome.PASSED),
    )
    assert [(line["check"], line["reason"], line["where"]) for line in logs] == [("one", "out_of_date", "list 7")]


def test_an_exception_is_told_by_its_kind_to_the_log_and_to_nobody_else() -> None:
    def fails() -> None:
        raise OSError("postgresql://user:secret@10.0.0.7/db")

    with capture_logs() as logs:
        found = Readiness([Probe(name="one", look=fails)], limit=5, tell=_tell)()
    assert found == (Probed(name="one", outcome=Outcome.FAILED, reason="error"),)
    assert [line["error"] for line in logs] == ["OSError"]
    assert "secret" not in repr(logs)


def test_what_takes_too_long_is_not_waited_for_and_not_begun_twice() -> None:
    begun, go_on = [], threading.Event()

    def hangs() -> None:
        begun.append(1)
        go_on.wait(30)

    probes = [
        Probe(name="one", look=_passes),
        Probe(name="two", look=hangs),
        Probe(name="three", look=_passes),
    ]
    readiness = Readiness(probes, limit=0.05, tell=_tell)
    with ThreadPoolExecutor(8) as threads:
        answers = {tuple(answer) for answer in threads.map(lambda _: readiness(), range(16))}
    assert answers == {
        (
            Probed(name="one", outcome=Outcome.PASSED),
            Probed(name="two", outcome=Outcome.FAILED, reason="timeout"),
            Probed(name="three", outcome=Outcome.NOT_CHECKED, reason="two"),
        )
    }
    assert begun == [1]
    go_on.set()


def test_every_question_after_a_round_begins_another() -> None:
    reasons = ["first", "second"]

    def fails() -> None:
        raise Unready(reasons.pop(0))

    readiness = Readiness([Probe(name="one", look=fails)], limit=5, tell=_tell)
    assert [found.reason for _ in range(2) for found in readiness()] == ["first", "second"]
