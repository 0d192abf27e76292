"""The catalogue as tests see it: the packaged types and, in an extra root, one more that no code knows."""

import copy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests import packaged
from vc_core.catalogue import Catalogue
from vc_core.claims import ClaimPath

TODAY = date(2026, 2, 15)
EXTRA_ROOT = Path(__file__).parent / "extra"
CATALOGUE = Catalogue.load(extra=[EXTRA_ROOT])
PACKAGED = packaged.CATALOGUE


def example(type_id: str, name: str) -> dict[str, Any]:
    """A copy of an example document, to change."""
    return copy.deepcopy(dict(CATALOGUE.examples(type_id)[name]))


def named_examples(prefix: str) -> list[tuple[str, str]]:
    """(type id, example name) of every type, as parameters of a test."""
    return [
        (rulebook.type_id, name)
        for rulebook in CATALOGUE.types()
        for name in CATALOGUE.examples(rulebook.type_id)
        if name.startswith(prefix)
    ]


def differences(ours: Any, theirs: Any, path: ClaimPath = ()) -> Iterator[ClaimPath]:
    """The places where two JSON values differ, the outermost where one of them has nothing."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in ours.keys() | theirs.keys():
            if name in ours and name in theirs:
                yield from differences(ours[name], theirs[name], (*path, name))
            else:
                yield (*path, name)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, (*path, index))
    elif ours != theirs:
        yield path
