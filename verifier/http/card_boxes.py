"""A document as a form to be filled in wants it: its boxes in their order, each with one value (users.md, J15, AC2).

Which claim stands in which box is the rulebook's. Of the person, the first place that is present counts; what the
document does not say, an identity document shown beside it may.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vc_core.claims import ClaimPath, covers, find
from vc_core.person_match import PersonFacts
from vc_core.rulebook import ClaimEntry, Rulebook
from verifier.http.facts import DocumentFacts, Fact
from verifier.http.words import Words


def card_boxes(verdict: Mapping[str, Any], rulebook: Rulebook, words: Words, *, person: PersonFacts) -> Iterator[Fact]:
    """One fact for each box, with its value as it is to be copied (days as `YYYY-MM-DD`). person: as far as known."""
    said = DocumentFacts(verdict, rulebook, words)
    known = _of_person(rulebook, person)
    for box, entries in _by_box(rulebook).items():
        own = [entry.path for entry in entries]
        values = known[box] if box in known else _values(verdict, rulebook, own)
        shown = tuple(said.text(path, value) for path, value in values)
        yield Fact(
            label=min(entries, key=lambda entry: len(entry.path)).label(words.tag),
            lines=shown or (words("facts", "unknown"),),
            box=box,
            copied=" ".join(str(value) for _, value in values),
        )


def _by_box(rulebook: Rulebook) -> dict[str, list[ClaimEntry]]:
    boxes: dict[str, list[ClaimEntry]] = {}
    for entry in rulebook.inspected():
        if entry.box is not None:
            boxes.setdefault(entry.box, []).append(entry)
    return dict(sorted(boxes.items(), key=lambda item: _number(item[0])))


def _number(box: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in box.split("."))


def _of_person(rulebook: Rulebook, person: PersonFacts) -> dict[str, Sequence[tuple[ClaimPath, object]]]:
    paths = rulebook.person
    told = {"family_name": paths.family_name, "given_name": paths.given_name, "birth_date": paths.birth_date}
    found: dict[str, Sequence[tuple[ClaimPath, object]]] = {}
    for name, places in told.items():
        box, value = rulebook.box(places[0]), getattr(person, name)
        if box is not None:
            found[box] = () if value is None else ((places[0], value),)
    return found


def _values(
    verdict: Mapping[str, Any], rulebook: Rulebook, paths: Sequence[ClaimPath]
) -> Sequence[tuple[ClaimPath, object]]:
    """Of claims that stand alone, not of those that others are parts of."""
    alone = [path for path in paths if not any(path != other and covers(path, other) for other in _all(rulebook))]
    values = [(found.path, found.value) for path in alone for found in find(verdict["claims"], path)]
    return [item for position, item in enumerate(values) if item[1] not in [value for _, value in values[:position]]]


def _all(rulebook: Rulebook) -> Iterator[ClaimPath]:
    return (entry.path for entry in rulebook.claims)
