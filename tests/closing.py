"""Databases that tests, or services in them, leave open: a server has room for few connections at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def closed_at_the_end(database: type[Any]) -> Iterator[None]:
    """Closes every object of this class that was made within."""
    made, begin = [], database.__init__

    def begin_and_keep(self: Any, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        made.append(self)

    setattr(database, "__init__", begin_and_keep)  # noqa: B010
    try:
        yield
    finally:
        setattr(database, "__init__", begin)  # noqa: B010
        for one in made:
            one.close()
