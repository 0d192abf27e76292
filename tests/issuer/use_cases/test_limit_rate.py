"""So many in a minute and no more, for all processes together, with few questions to the database."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import pytest

from issuer.rates import WINDOW, RateGroup
from issuer.refusals import Refusal, TooManyRequests, TooManyWalletRequests, TooManyWrongCodes, TooManyWrongKeys
from issuer.server_secret import ServerSecret
from issuer.use_cases import limit_rate
from issuer.use_cases.limit_rate import LimitRate
from tests.issuer.world import NOW, Clock

READS, WRITES, WALLETS = RateGroup.READS, RateGroup.WRITES, RateGroup.WALLETS
WRONG_KEYS, WRONG_CODES = RateGroup.WRONG_KEYS, RateGroup.WRONG_CODES
SECRET = ServerSecret(bytes(32))


@dataclass
class Counts:
    """What the database does, with the questions counted."""

    numbers: Counter[bytes] = field(default_factory=Counter)
    asked: int = 0
    forgotten: list[datetime] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, fingerprint: bytes, number: int, *, window: datetime) -> int:
        with self.lock:
            self.asked += 1
            self.numbers[fingerprint] += number
            return self.numbers[fingerprint]

    def forget(self, *, before: datetime) -> None:
        self.forgotten.append(before)


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW.replace(second=20))


def _process(counts: Counts, clock: Clock, limit: int) -> LimitRate:
    return LimitRate(counts=counts, limits=dict.fromkeys(RateGroup, limit), secret=SECRET, clock=clock)


def _taken(process: LimitRate, number: int, subject: str = "a", group: RateGroup = READS) -> int:
    """How many of so many requests are taken."""
    taken = 0
    for _ in range(number):
        try:
            process(group, subject)
        except Refusal:
            continue
        taken += 1
    return taken


@pytest.mark.parametrize("limit", [1, 3, 199, 1000, 12_345])
def test_one_process_takes_exactly_the_limit(counts: Counts, clock: Clock, limit: int) -> None:
    assert _taken(_process(counts, clock, limit), limit + 5) == limit


def test_two_processes_take_exactly_the_limit_where_a_lot_is_one_permit(counts: Counts, clock: Clock) -> None:
    one, other = _process(counts, clock, 5), _process(counts, clock, 5)
    assert _taken(one, 3) == 3
    assert _taken(other, 3) == 2
    assert _taken(one, 1) == 0


def test_two_processes_take_at_most_the_limit_and_fall_short_by_a_lot(counts: Counts, clock: Clock) -> None:
    one, other = _process(counts, clock, 1000), _process(counts, clock, 1000)
    assert _taken(one, 1) == 1
    assert _taken(other, 2000) == 990
    assert _taken(one, 2000) == 9


def test_the_database_is_asked_once_a_lot_and_not_by_what_is_refused(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 1000)
    _taken(process, 1000)
    assert counts.asked == limit_rate.LOTS
    _taken(process, 1000)
    assert counts.asked == limit_rate.LOTS


def test_threads_take_exactly_the_limit(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 1000)
    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(lambda _: _taken(process, 200), range(8))) == 1000


def test_the_next_minute_begins_anew(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 3)
    assert _taken(process, 4) == 3
    clock.advance(seconds=39)
    assert _taken(process, 1) == 0
    clock.advance(seconds=1)
    assert _taken(process, 4) == 3


def test_retry_after_is_when_the_minute_ends(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 1)
    process(READS, "a")
    with pytest.raises(TooManyRequests) as refused:
        process(READS, "a")
    assert refused.value.retry_after == 40


def test_subjects_and_groups_are_counted_apart(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 2)
    assert _taken(process, 3) == 2
    assert _taken(process, 3, "b") == 2
    assert _taken(process, 3, group=WRITES) == 2


def test_no_limit(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 0)
    assert _taken(process, 500) == 500
    for _ in range(500):
        process.require_no_guesser(WRONG_KEYS, "a")
        process.count_failure(WRONG_KEYS, "a")
    assert counts.asked == 0


def test_memory_is_bounded_and_the_limit_holds_all_the_same(
    counts: Counts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit_rate, "MAX_SUBJECTS", 1)
    process = _process(counts, clock, 3)
    assert [_taken(process, 4, subject) for subject in ("a", "b", "c")] == [3, 3, 3]
    assert len(process._lots) == 1


def test_whoever_is_not_remembered_loses_no_permits_for_that(
    counts: Counts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many addresses at once do not bring the limit of the others down to one permit of each lot."""
    monkeypatch.setattr(limit_rate, "MAX_SUBJECTS", 1)
    process = _process(counts, clock, 1000)
    assert [_taken(process, 1005, subject) for subject in ("a", "b")] == [1000, 1000]


def test_each_group_has_its_refusal(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 1)
    for group, refusal in ((READS, TooManyRequests), (WRITES, TooManyRequests), (WALLETS, TooManyWalletRequests)):
        process(group, "a")
        with pytest.raises(refusal):
            process(group, "a")


# --- failures


@pytest.mark.parametrize(("group", "refusal"), [(WRONG_KEYS, TooManyWrongKeys), (WRONG_CODES, TooManyWrongCodes)])
def test_failures_up_to_the_limit_then_no_attempt_is_looked_at(
    counts: Counts, clock: Clock, group: RateGroup, refusal: type[Refusal]
) -> None:
    process = _process(counts, clock, 3)
    for _ in range(3):
        process.require_no_guesser(group, "a")
        process.count_failure(group, "a")
    with pytest.raises(refusal):
        process.require_no_guesser(group, "a")
    process.require_no_guesser(group, "b")
    clock.advance(minutes=1)
    process.require_no_guesser(group, "a")


def test_a_process_learns_of_the_failures_of_others_with_its_own(counts: Counts, clock: Clock) -> None:
    one, other = _process(counts, clock, 3), _process(counts, clock, 3)
    for _ in range(3):
        one.count_failure(WRONG_KEYS, "a")
    other.require_no_guesser(WRONG_KEYS, "a")
    with pytest.raises(TooManyWrongKeys):
        other.count_failure(WRONG_KEYS, "a")
    with pytest.raises(TooManyWrongKeys):
        other.require_no_guesser(WRONG_KEYS, "a")


def test_attempts_that_succeed_ask_nothing(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 3)
    for _ in range(10):
        process.require_no_guesser(WRONG_KEYS, "a")
    assert counts.asked == 0


# --- what is stored


def test_two_minutes_of_one_subject_cannot_be_connected(counts: Counts, clock: Clock) -> None:
    process = _process(counts, clock, 3)
    process(WALLETS, "198.51.100.7")
    clock.advance(minutes=1)
    process(WALLETS, "198.51.100.7")
    assert list(counts.numbers.values()) == [1, 1]
    assert not [one for one in counts.numbers if b"198" in one]


def test_counts_are_forgotten_after_a_minute_to_spare(counts: Counts, clock: Clock) -> None:
    _process(counts, clock, 3).forget()
    assert counts.forgotten == [NOW - WINDOW]
