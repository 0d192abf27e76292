"""Work at most once in a while."""

from datetime import timedelta

import pytest

from tests.verifier.world import NOW
from verifier.pace import Pace

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("later", "due"),
    [(timedelta(0), False), (SECOND / 2, False), (SECOND, True), (-SECOND, True)],
    ids=["same_instant", "within", "over", "clock_set_back"],
)
def test_the_second_time(later: timedelta, due: bool) -> None:
    pace = Pace(SECOND)
    assert pace.due(NOW)
    assert pace.due(NOW + later) is due
