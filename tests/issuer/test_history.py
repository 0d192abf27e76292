"""What was published is read from a document's entries in the audit log, in their order."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from issuer.audit import AuditEvent
from issuer.history import KINDS, Published, publications, published_on, read_happening, summed

START = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
SIGNED, ENDED = AuditEvent.CREDENTIAL_SIGNED, AuditEvent.CREDENTIAL_WITHDRAWN
SUSPENDED, REINSTATED = AuditEvent.DOCUMENT_SUSPENDED, AuditEvent.DOCUMENT_REINSTATED
REGISTERED, CORRECTED, WITHDRAWN = (
    AuditEvent.DOCUMENT_REGISTERED,
    AuditEvent.DOCUMENT_CORRECTED,
    AuditEvent.DOCUMENT_WITHDRAWN,
)


def entry(event: str, hours: int = 0, **details: Any) -> Any:
    at = (START + timedelta(hours=hours)).isoformat(timespec="microseconds")
    return read_happening({"event": event, "at": at, "actor": "system", "details": details})


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        pytest.param([], [], id="nothing_logged"),
        pytest.param([(REGISTERED, 0)], [(0, "nothing")], id="no_copy_yet"),
        pytest.param([(REGISTERED, 0), (SIGNED, 0)], [(0, "valid")], id="code_signed_at_once"),
        pytest.param([(REGISTERED, 0), (SIGNED, 2)], [(0, "nothing"), (2, "valid")], id="collected_later"),
        pytest.param([(SIGNED, 0), (SIGNED, 1), (ENDED, 2)], [(0, "valid")], id="one_copy_of_two_ended"),
        pytest.param([(SIGNED, 0), (ENDED, 2)], [(0, "valid"), (2, "invalid")], id="the_only_copy_ended"),
        pytest.param([(SIGNED, 0), (CORRECTED, 1), (SIGNED, 1)], [(0, "valid")], id="corrected_with_a_new_code"),
        pytest.param(
            [(SIGNED, 0), (CORRECTED, 1), (SIGNED, 3)],
            [(0, "valid"), (1, "invalid"), (3, "valid")],
            id="corrected_and_collected_later",
        ),
        pytest.param(
            [(SIGNED, 0), (SUSPENDED, 1), (REINSTATED, 2)],
            [(0, "valid"), (1, "suspended"), (2, "valid")],
            id="suspended_and_lifted",
        ),
        pytest.param(
            [(SIGNED, 0), (SUSPENDED, 1), (ENDED, 2), (REINSTATED, 3)],
            [(0, "valid"), (1, "suspended"), (2, "invalid")],
            id="ended_while_suspended",
        ),
        pytest.param(
            [(SIGNED, 0), (SUSPENDED, 1), (WITHDRAWN, 2)],
            [(0, "valid"), (1, "suspended"), (2, "invalid")],
            id="suspended_then_withdrawn",
        ),
        pytest.param([(SIGNED, 3), (WITHDRAWN, 2)], [(3, "invalid")], id="order_of_the_log_not_of_clocks"),
        pytest.param([(SIGNED, 0), ("document.unheard_of", 1)], [(0, "valid")], id="event_without_a_row"),
    ],
)
def test_publications(entries: list[tuple[str, int]], told: list[tuple[int, str]]) -> None:
    found = publications([entry(event, hours) for event, hours in entries])
    assert [((one.since - START) // timedelta(hours=1), one.published.value) for one in found] == told


def test_what_was_published_on_a_day_is_what_it_ended_with() -> None:
    told = publications([entry(SIGNED, 0), entry(WITHDRAWN, 13)])
    assert published_on(date(2026, 2, 14), told) == (Published.NOT_REGISTERED, None)
    assert published_on(date(2026, 2, 15), told) == (Published.INVALID, START + timedelta(hours=13))


def test_copies_of_one_day_are_told_as_one() -> None:
    log = [entry(SIGNED, 0, format="a"), entry(SIGNED, 1, format="b"), entry(SIGNED, 2, format="a")]
    log += [entry(SIGNED, 24, format="a"), entry(CORRECTED, 25, version=2), entry(CORRECTED, 26, version=3)]
    told = [(one.event, one.count, one.at.hour, one.until.hour) for one in summed(log)]
    assert told == [
        (SIGNED, 2, 10, 12), (SIGNED, 1, 11, 11), (SIGNED, 1, 10, 10), (CORRECTED, 1, 11, 11), (CORRECTED, 1, 12, 12)
    ]  # fmt: skip


def test_every_kind_of_event_is_one_that_is_logged() -> None:
    assert set(KINDS) <= {event.value for event in AuditEvent}


def test_details_that_are_not_to_be_told_are_left_out() -> None:
    read = entry(SIGNED, 0, format="sd_jwt", credential="urn:uuid:1", status_list="s", status_index=4)
    assert dict(read.details) == {"format": "sd_jwt"}
