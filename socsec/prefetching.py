"""`socsec prefetch`: every status list fetched beforehand, into the verifier's database."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from socsec.options import opened
from verifier.app import prefetching
from verifier.prefetch_status import failures
from verifier.settings import VerifierSettings


def prefetch(data: Path, *, hold_seconds: int, as_json: bool) -> int:
    """Prints what came of each list; 0 if all are here, 1 if one could not be had. Exits with 2 if it is no pilot."""
    with opened(data, prefetching(VerifierSettings(data=data, base_url="https://localhost"))) as fetch_all:
        outcome = fetch_all(datetime.now(UTC), timedelta(seconds=hold_seconds))
    failed = list(failures(outcome))
    if as_json:
        print(json.dumps([{"uri": one.uri, "reason": one.reason} for one in outcome]))
    else:
        for one in failed:
            Console(stderr=True, highlight=False).print(f"{one.uri}: {one.reason}")
        print(f"{len(outcome) - len(failed)} status lists fetched, {len(failed)} failed")
    return 1 if failed else 0
