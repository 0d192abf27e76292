"""The one error of files under `schemas/`, which come from us and not from a peer: which file, which place, what."""

from pydantic import ValidationError


class RulebookError(Exception):
    """A file of the catalogue that cannot be used. `place`: keys and positions joined by dots, empty for the whole."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(f"{file}: {place}: {problem}" if place else f"{file}: {problem}")
        self.file = file
        self.place = place
        self.problem = problem


def from_validation(file: str, error: ValidationError) -> RulebookError:
    """The first problem that pydantic found, and how many more there are."""
    details = error.errors(include_url=False)
    place = ".".join(str(part) for part in details[0]["loc"])
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return RulebookError(file, place, details[0]["msg"] + more)
