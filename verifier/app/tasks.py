"""What the service does again and again beside its requests, one worker a round."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from verifier.adapters.database import Database
from verifier.adapters.fetch_leases import StoredLeases
from verifier.adapters.repeating import Repeating, in_turn
from verifier.adapters.request_store import RequestStore
from verifier.app.evidence import gathering_beside_requests, prefetch_status
from verifier.ports import Clock
from verifier.rechecks import RunRechecks
from verifier.settings import VerifierSettings


def repeating_tasks(
    settings: VerifierSettings, database: Database, run_rechecks: RunRechecks, clock: Clock
) -> Sequence[Repeating]:
    """Deletes what is old, checks again what was open, and fetches all status lists if that is wanted."""
    requests, queue = RequestStore(database), run_rechecks.queue
    keep, keep_queue = timedelta(seconds=settings.keep_seconds), timedelta(days=settings.recheck_days)

    def sweep(now: datetime) -> None:
        requests.sweep(now=now, closed_before=now - keep)
        queue.wipe(now - keep_queue)

    recheck = replace(run_rechecks, gather=gathering_beside_requests(run_rechecks.gather))
    rounds: dict[str, tuple[Callable[[datetime], object], float]] = {
        "sweep": (sweep, settings.sweep_seconds),
        "recheck": (recheck, settings.recheck_seconds),
    }
    seconds = settings.prefetch_seconds
    if seconds is not None:
        prefetch, hold = prefetch_status(run_rechecks.gather), timedelta(seconds=2 * seconds)
        rounds["prefetch"] = (lambda now: prefetch(now, hold), seconds)
    leases = StoredLeases(database)
    return tuple(
        in_turn(name, work, leases=leases, clock=clock, every_seconds=every) for name, (work, every) in rounds.items()
    )
