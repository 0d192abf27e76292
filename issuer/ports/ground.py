"""What every port speaks of: time, randomness, locks."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum

from vc_core.signer import RandomBytes

__all__ = ["Clock", "Lock", "RandomBytes"]


Clock = Callable[[], datetime]
"""Now, aware and UTC; a use case reads it once."""


class Lock(Enum):
    """Whether a row that is read stays as it is until the transaction ends."""

    NONE = "none"
    HELD = "held"
