"""The story as values: what is issued, who looks at it and what is to come of it. Read from `story.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.claims import Claims, find, put

_FILE = Path(__file__).parent / "story.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One document on its way. state: where it is looked at. elsewhere: a State that it does not cover, if asked.

    tamper: for each format the wallet's fault with which it is shown once.
    """

    type: str
    example: str
    institution: str
    says: str
    profile: str
    inspector: str
    state: str
    elsewhere: str | None = None
    withdraw: bool = False
    tamper: Mapping[str, str] = field(default_factory=dict)


def read_story() -> tuple[date, tuple[Act, ...]]:
    """The day for which the examples were written, and the acts."""
    document: dict[str, Any] = tomllib.loads(_FILE.read_text())
    return document["examples_written_for"], tuple(Act(**entry) for entry in document["document"])


def claims_for(act: Act, catalogue: Catalogue, *, written_for: date, today: date) -> Claims:
    """The example's claims with its periods moved from the day it was written for to today."""
    claims, rulebook = catalogue.examples(act.type)[act.example], catalogue.type(act.type)
    paths = [rulebook.document_validity.start, rulebook.document_validity.end]
    if rulebook.coverage is not None:
        paths += [rulebook.coverage.start, rulebook.coverage.end]
    for path in dict.fromkeys(paths):
        for found in find(claims, path):
            claims = put(claims, found.path, _moved(found.value, today - written_for))
    return claims


def _moved(day: str, by: timedelta) -> str:
    return (date.fromisoformat(day) + by).isoformat()
