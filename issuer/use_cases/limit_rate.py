"""Takes so many requests in a minute and refuses the others, together with all processes on the same database.

The count is in the database. A write for every request would cost more than many of the requests, so a process takes
permits in lots, a hundredth of the limit each, and hands them out from memory until the lot or the minute is over. What
all processes hand out never exceeds the limit; what it falls short by is at most one lot of each. Below a limit of 200
a lot is one permit, and the limit is met exactly. That nothing is left is remembered until the minute is over, so that
a flood is refused without the database.

Failures are counted one by one, and only they: an attempt that succeeds costs nothing. A process learns that the limit
is reached with its own next failure, so a guesser has at most one guess more with each process.

Nobody's address is stored: a count belongs to a fingerprint (HMAC) of group, minute and subject, so that not even two
minutes of one address can be connected, and is deleted within three minutes.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.ports import Clock, RateCounts
from issuer.rates import WINDOW, RateGroup, seconds_left, window_of
from issuer.refusals import Refusal, TooManyRequests, TooManyWalletRequests, TooManyWrongCodes, TooManyWrongKeys
from issuer.server_secret import ServerSecret

LOTS = 100
MAX_SUBJECTS = 20_000
"""Of whom this process remembers something; for others it asks the database each time, for one permit."""
_REFUSALS = {
    RateGroup.READS: TooManyRequests,
    RateGroup.WRITES: TooManyRequests,
    RateGroup.WALLETS: TooManyWalletRequests,
    RateGroup.WRONG_KEYS: TooManyWrongKeys,
    RateGroup.WRONG_CODES: TooManyWrongCodes,
}
_Key = tuple[RateGroup, str]


@dataclass(slots=True)
class _Lot:
    """Permits of this minute that are left here, and whether there are none left in the database."""

    permits: int = 0
    last: bool = False


class LimitRate:
    """limits: requests of a group that one subject has in a minute; 0 for any number."""

    def __init__(
        self, *, counts: RateCounts, limits: Mapping[RateGroup, int], secret: ServerSecret, clock: Clock
    ) -> None:
        self._counts, self._limits, self._secret, self._clock = counts, limits, secret, clock
        self._lock = threading.Lock()
        self._window: datetime | None = None
        self._lots: dict[_Key, _Lot] = {}

    def __call__(self, group: RateGroup, subject: str) -> None:
        """Takes a permit. Refuses with the refusal of the group."""
        if not self.at_hand(group, subject):
            self.fetch(group, subject)

    def at_hand(self, group: RateGroup, subject: str) -> bool:
        """The same without the database: false if that has to be asked (`fetch`)."""
        if not self._limits[group]:
            return True
        now = self._clock()
        with self._lock:
            lot = self._lots_of(window_of(now)).get((group, subject), _Lot())
            if lot.permits:
                lot.permits -= 1
                return True
        if lot.last:
            raise _refusal(group, now)
        return False

    def fetch(self, group: RateGroup, subject: str) -> None:
        """Takes a lot, and a permit of it. Refuses as `__call__`."""
        limit, now = self._limits[group], self._clock()
        with self._lock:
            is_kept = self._has_room(self._lots_of(window_of(now)), (group, subject))
        size = max(1, limit // LOTS) if is_kept else 1
        taken = self._add(group, subject, size, now)
        granted = min(size, max(0, limit - (taken - size)))
        self._keep((group, subject), now, permits=max(0, granted - 1), last=taken >= limit)
        if not granted:
            raise _refusal(group, now)

    def require_no_guesser(self, group: RateGroup, subject: str) -> None:
        """Refuses if so many attempts failed that no other is looked at."""
        now = self._clock()
        with self._lock:
            lot = self._lots_of(window_of(now)).get((group, subject))
        if lot is not None and lot.last:
            raise _refusal(group, now)

    def count_failure(self, group: RateGroup, subject: str) -> None:
        """Counts an attempt that failed; refuses if it was one too many."""
        limit, now = self._limits[group], self._clock()
        if not limit:
            return
        failures = self._add(group, subject, 1, now)
        if failures >= limit:
            self._keep((group, subject), now, permits=0, last=True)
        if failures > limit:
            raise _refusal(group, now)

    def forget(self) -> None:
        """Deletes counts that nobody needs any more, with a minute to spare for clocks that differ."""
        self._counts.forget(before=window_of(self._clock()) - WINDOW)

    def _add(self, group: RateGroup, subject: str, number: int, now: datetime) -> int:
        window = window_of(now)
        fingerprint = self._secret.derive("rate", "\0".join((group, window.isoformat(), subject)))
        return self._counts.add(fingerprint, number, window=window)

    def _keep(self, key: _Key, now: datetime, *, permits: int, last: bool) -> None:
        with self._lock:
            lots = self._lots_of(window_of(now))
            if self._has_room(lots, key):
                lot = lots.setdefault(key, _Lot())
                lot.permits += permits
                lot.last = lot.last or last

    def _has_room(self, lots: Mapping[_Key, _Lot], key: _Key) -> bool:
        return key in lots or len(lots) < MAX_SUBJECTS

    def _lots_of(self, window: datetime) -> dict[_Key, _Lot]:
        """What is left in this window; of another nothing is."""
        if self._window != window:
            self._window, self._lots = window, {}
        return self._lots


def _refusal(group: RateGroup, now: datetime) -> Refusal:
    return _REFUSALS[group](seconds_left(now))
