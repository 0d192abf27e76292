"""What an answer is judged against, as it is stored with a request: `vc_core.verification.Expected` and its JSON.

`{day, host_state, employer, person: {family_name, given_name, birth_date}}`; what was not asked about is left out.
Without a `day` the day of the answer counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.code_list import CodeList
from vc_core.verification import Expected, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """As asked by an inspector; see `Expected` for the members. day None: the day of the answer."""

    day: date | None = None
    host_state: str | None = None
    employer: str | None = None
    person: Person | None = None

    def on(self, today: date) -> Expected:
        return Expected(
            day=self.day or today, host_state=self.host_state, employer=self.employer, person=self.person
        )  # fmt: skip


def territories(catalogue: Catalogue) -> tuple[CodeList, ...]:
    """The lists of States in which documents of the known types have effect, each once."""
    lists = (rulebook.coverage.territory for rulebook in catalogue.types() if rulebook.coverage is not None)
    return tuple({territory.id: territory for territory in lists if territory is not None}.values())


def to_json(expectation: Expectation) -> dict[str, Any]:
    person = expectation.person
    members = {
        "day": _day_text(expectation.day),
        "host_state": expectation.host_state,
        "employer": expectation.employer,
        "person": person
        and _present(
            {
                "family_name": person.family_name,
                "given_name": person.given_name,
                "birth_date": _day_text(person.birth_date),
            }
        ),
    }
    return _present(members)


def from_json(members: Mapping[str, Any]) -> Expectation:
    """The inverse of `to_json`, for what was written by it."""
    person = members.get("person")
    return Expectation(
        day=_day(members.get("day")),
        host_state=members.get("host_state"),
        employer=members.get("employer"),
        person=person
        and Person(
            family_name=person.get("family_name"),
            given_name=person.get("given_name"),
            birth_date=_day(person.get("birth_date")),
        ),
    )


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
