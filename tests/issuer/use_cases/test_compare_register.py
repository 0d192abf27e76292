"""What the register decides: A1-10, A1-11 and EH-09 of the domain study (domain.md 3.5)."""

from collections.abc import Mapping
from typing import Any

import pytest

from issuer.use_cases.compare_register import applies, is_broken, person_of
from tests.packaged import CATALOGUE
from vc_core.catalogue import Catalogue
from vc_core.register_rules import RegisterRules


def _registry(type_id: str) -> RegisterRules:
    registry = CATALOGUE.type(type_id).registry
    assert registry is not None
    return registry


ONE_LEGISLATION, POSTINGS = _registry("a1").rules
(ONE_CARD,) = _registry("ehic").rules


@pytest.fixture(scope="module")
def posted(catalogue: Catalogue) -> Mapping[str, Any]:
    """Posted to Germany from 2026-02-01 to 2027-01-31."""
    return catalogue.examples("a1")["valid_posted_worker"]


def _period(claims: Mapping[str, Any], start: str, end: str, **changes: Any) -> dict[str, Any]:
    return {**claims, "starting_date": start, "ending_date": end, **changes}


OVERLAPS: dict[str, tuple[str, str, str, bool]] = {
    "same_days_other_legislation": ("2026-02-01", "2027-01-31", "BE", True),
    "last_day_shared": ("2027-01-31", "2027-06-30", "BE", True),
    "first_day_shared": ("2025-01-01", "2026-02-01", "BE", True),
    "around": ("2025-01-01", "2028-01-01", "BE", True),
    "day_after": ("2027-02-01", "2027-06-30", "BE", False),
    "day_before": ("2025-01-01", "2026-01-31", "BE", False),
    "same_legislation": ("2026-02-01", "2027-01-31", "FR", False),
}


@pytest.mark.parametrize(("start", "end", "country", "broken"), OVERLAPS.values(), ids=OVERLAPS)
def test_one_legislation_at_a_time(
    catalogue: Catalogue, posted: Mapping[str, Any], start: str, end: str, country: str, broken: bool
) -> None:
    earlier = _period(posted, start, end, legislation_country=country)
    assert is_broken(ONE_LEGISLATION, catalogue.type("a1"), posted, [earlier]) is broken


Periods = list[tuple[str, str]]

POSTED: dict[str, tuple[Periods, tuple[str, str], bool]] = {
    "first": ([], ("2026-01-01", "2027-12-31"), False),
    "24_months_in_two": ([("2024-01-01", "2024-12-31")], ("2025-01-01", "2025-12-31"), False),
    "24_months_and_a_day": ([("2024-01-01", "2024-12-31")], ("2025-01-01", "2026-01-01"), True),
    "pause_too_short": ([("2024-01-01", "2025-12-31")], ("2026-02-28", "2026-03-31"), True),
    "pause_of_two_months": ([("2024-01-01", "2025-12-31")], ("2026-03-01", "2026-03-31"), False),
    "three_in_a_row": (
        [("2024-01-01", "2024-12-31"), ("2025-01-15", "2025-12-31")], ("2026-01-01", "2026-02-01"), True
    ),
    "pause_before_the_last_two": (
        [("2022-01-01", "2023-06-30"), ("2024-01-01", "2024-12-31")], ("2025-01-01", "2025-12-31"), False
    ),
    "before_an_earlier_one": ([("2025-01-01", "2026-12-31")], ("2024-12-01", "2024-12-31"), True),
    "long_before_an_earlier_one": ([("2025-01-01", "2026-12-31")], ("2024-01-01", "2024-10-31"), False),
}  # fmt: skip


@pytest.mark.parametrize(("earlier", "new", "broken"), POSTED.values(), ids=POSTED)
def test_postings_in_sequence(
    catalogue: Catalogue, posted: Mapping[str, Any], earlier: Periods, new: tuple[str, str], broken: bool
) -> None:
    documents = [_period(posted, *period) for period in earlier]
    assert is_broken(POSTINGS, catalogue.type("a1"), _period(posted, *new), documents) is broken


@pytest.mark.parametrize(
    "changes",
    [
        {"employer": [{"type": "01", "id": "other", "name": "Other", "country": "FR"}]},
        {"work_information": {"no_fixed_place_of_work": "DE"}},
    ],
    ids=["other_employer", "no_address"],
)
def test_other_postings_do_not_count(catalogue: Catalogue, posted: Mapping[str, Any], changes: dict[str, Any]) -> None:
    earlier = _period(posted, "2024-01-01", "2025-12-31", **changes)
    assert not is_broken(POSTINGS, catalogue.type("a1"), _period(posted, "2026-01-01", "2026-12-31"), [earlier])


@pytest.mark.parametrize("days", [("2026-02-01", "x"), ("x", "2026-02-01"), ("2026-02-02", "2026-02-01"), (1, None)])
def test_days_that_cannot_be_read_are_compared_with_nothing(
    catalogue: Catalogue, posted: Mapping[str, Any], days: tuple[Any, Any]
) -> None:
    malformed = _period(posted, *days)
    other = {**posted, "legislation_country": "BE"}
    for rule in (ONE_LEGISLATION, POSTINGS):
        assert not is_broken(rule, catalogue.type("a1"), malformed, [other])
        assert not is_broken(rule, catalogue.type("a1"), posted, [{**malformed, "legislation_country": "BE"}])


def test_conditions(catalogue: Catalogue) -> None:
    examples = catalogue.examples("ehic")
    assert applies(ONE_CARD, examples["valid_card"])
    assert not applies(ONE_CARD, examples["valid_replacement_certificate"])


def test_person(catalogue: Catalogue) -> None:
    rules = _registry("ehic")
    examples = catalogue.examples("ehic")
    card, child = examples["valid_card"], examples["valid_child_with_subject"]
    same_number = {**child, "personal_administrative_number": card["personal_administrative_number"]}
    assert person_of(rules, card) == person_of(rules, {**card, "document_number": "other"})
    assert person_of(rules, card) != person_of(rules, same_number)
    assert person_of(rules, {}) is None


def test_end_of_the_calendar(catalogue: Catalogue, posted: Mapping[str, Any]) -> None:
    """Nothing is counted beyond it, and nothing fails."""
    late = _period(posted, "9999-01-01", "9999-12-31")
    assert is_broken(POSTINGS, catalogue.type("a1"), late, [late])
