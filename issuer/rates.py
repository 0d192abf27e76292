"""How many requests are taken from whom: groups that are counted together, in windows of one minute.

Windows are fixed: they begin with the minute, so that all processes agree on them without asking one another. Within
any 60 seconds at most twice the limit passes.
"""

from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=1)


class RateGroup(StrEnum):
    """What is counted, and by whom: the first two by institution, the others by the address that a request is from."""

    READS = "reads"
    WRITES = "writes"
    WALLETS = "wallets"
    """Requests of wallets, which are not known before they are judged."""
    WRONG_KEYS = "wrong_keys"
    """Bearer keys of officers that nobody has."""
    WRONG_CODES = "wrong_codes"
    """Codes, transaction codes and refresh tokens that give no token."""


def window_of(now: datetime) -> datetime:
    """The beginning of the window."""
    return now.replace(second=0, microsecond=0)


def seconds_left(now: datetime) -> int:
    """Until the next window, at least 1."""
    return 60 - now.second
