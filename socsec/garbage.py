"""The garbage collector of a process that makes many objects and hardly a cycle."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN_COLLECTIONS = 50_000


@contextmanager
def collected_seldom() -> Iterator[None]:
    """What is there beforehand stays until the end: it is not gone through again. To look for cycles every few hundred
    objects would be in vain."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
