"""`python -m benchmarks.verifying_load`: many wallets answer one verifier at the same time, through several workers.

End to end means here: an inspector's client asks for a document, the wallet fetches the signed request object, posts
its encrypted answer (OpenID4VP 1.0, `direct_post.jwt`, each made for the nonce of its own transaction), and the
inspector's client reads the verdict. All four are HTTP requests over loopback, on as many connections at once as there
are presentations. Making the answers is the wallets' work and not counted. Status lists were fetched beforehand, and
every worker has verified before: what it does once, as connecting to its database, is not in the figures.

Per core means: presentations by second of processor time that the verifier's workers used, and its database if it is
PostgreSQL. What the load itself costs, and what else this machine does, is not in it; both are in the figure by the
wall clock. The raw operation that all is compared with is timed in the same run, in processor time too.
"""

import argparse
import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
from rich.console import Console
from rich.table import Table

from benchmarks.connections import FORM, JSON, Answer, Connection, at_once, opened
from benchmarks.load_subject import LoadSubject
from benchmarks.postgresql import empty_database
from benchmarks.processor_time import Meter, Spent, quantile
from benchmarks.subjects import Raw, raw_operations
from issuer.settings import IssuerSettings
from socsec import serving
from socsec.pilot_folder import create_pilot
from socsec.workers import worker_processes
from vc_core.authorization_request import MEDIA_TYPE
from vc_core.catalogue import Catalogue
from verifier.app.commands import prefetching
from verifier.settings import VerifierSettings
from wallet_sim.app import build_wallet
from wallet_sim.settings import WalletSettings

RAW_ROUNDS = 2000
WARMING = 25
"""Presentations for each worker before the clock starts."""
TARGET_PER_CORE = 200
CONFIRMED = "CONFIRMED"
HOLD = timedelta(minutes=14)
CALLS = ("create", "fetch", "answer", "read")
ALL_CALLS = "all four"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """asking, answering: the two halves, between which the wallets make their answers. took: seconds of each call, by
    name. raw: verifications by second of processor time, before and after. load: average of the last minute before."""

    presentations: int
    workers: int
    database: str
    verdicts: Mapping[str, int]
    asking: Spent
    answering: Spent
    took: Mapping[str, Sequence[float]]
    raw: float
    load: float

    @property
    def per_core(self) -> float:
        return self.presentations / (self.asking.processor + self.answering.processor)

    @property
    def by_the_clock(self) -> float:
        return self.presentations / (self.asking.wall + self.answering.wall)

    @property
    def ratio(self) -> float:
        """Raw verifications in the processor time of one presentation."""
        return self.raw / self.per_core

    @property
    def all_confirmed(self) -> bool:
        return self.verdicts == {CONFIRMED: self.presentations}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if all were confirmed and the target was reached, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verifying_load", description=__doc__)
    parser.add_argument("--presentations", type=int, default=500)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--target", type=float, default=TARGET_PER_CORE, help="presentations/s per core; 0 for none")
    options = parser.parse_args(arguments)
    outcome = run(options.presentations, workers=options.workers, database=options.database)
    show(outcome, options.target, Console(width=110))
    return 0 if outcome.all_confirmed and outcome.per_core >= options.target else 1


def run(presentations: int, *, workers: int, database: str) -> Outcome:
    subject = LoadSubject.read()
    with tempfile.TemporaryDirectory(prefix="socsec-load-") as folder, ExitStack() as stack:
        data, issuer_url, verifier_url = Path(folder) / "data", serving.free_url(), serving.free_url()
        keys = create_pilot(
            data, issuer_url=issuer_url, verifier_hosts=["localhost"], now=datetime.now(UTC), random=os.urandom
        )
        store = stack.enter_context(empty_database(database, "verifier", data))
        settings = VerifierSettings(data=data, base_url=verifier_url, database_url=store.url, fetch_timeout_seconds=30)
        _collect(data, subject, issuer_url, keys[subject.institution], settings)
        force = stack.enter_context(worker_processes([settings], workers=workers, log_level=logging.WARNING))
        return asyncio.run(
            _played(
                presentations,
                subject,
                verifier_url,
                data,
                Meter([*store.process_ids, *force.process_ids]),
                workers,
                database,
            )
        )


def _collect(data: Path, subject: LoadSubject, issuer_url: str, key: str, settings: VerifierSettings) -> None:
    """One credential of each format in the wallet, and all status lists at the verifier; then the issuer may go."""
    issuer = IssuerSettings(data=data, base_url=issuer_url)
    with worker_processes([issuer], workers=1, log_level=logging.WARNING):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "load"}
        claims = subject.claims(Catalogue.load(), 1)
        made = httpx2.post(f"{issuer_url}/v1/{subject.type}", json=claims, headers=headers).raise_for_status().json()
        build_wallet(WalletSettings(data=data)).receive(made["offer"]["url"], made["offer"]["tx_code"])
        with prefetching(settings) as fetch_all:
            failed = [one for one in fetch_all(datetime.now(UTC), HOLD) if one.reason]
        if failed:
            raise RuntimeError(f"status lists: {failed}")


async def _played(
    presentations: int, subject: LoadSubject, verifier_url: str, data: Path, meter: Meter, workers: int, database: str
) -> Outcome:
    load, raw = os.getloadavg()[0], [_raw_verifications()]
    await _round(WARMING * workers, subject, verifier_url, data, meter)
    played = await _round(presentations, subject, verifier_url, data, meter)
    raw.append(_raw_verifications())
    return Outcome(
        presentations=presentations,
        workers=workers,
        database=database,
        verdicts=played.verdicts,
        asking=played.asking,
        answering=played.answering,
        took=played.took,
        raw=statistics.mean(raw),
        load=load,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """As `Outcome` has them."""

    verdicts: Mapping[str, int]
    asking: Spent
    answering: Spent
    took: Mapping[str, Sequence[float]]


async def _round(presentations: int, subject: LoadSubject, verifier_url: str, data: Path, meter: Meter) -> Round:
    asking_connections = await opened(verifier_url, presentations)
    wishes = [_wish(subject, number) for number in range(presentations)]
    asking, asked = await meter.measure(at_once(asking_connections, _ask, wishes))
    answers = list(zip(asked, _answers(data, asked), strict=True))
    answering_connections = await opened(verifier_url, presentations)
    answering, words = await meter.measure(at_once(answering_connections, _answer, answers))
    took: dict[str, list[float]] = {}
    for connection in (*asking_connections, *answering_connections):
        for name, seconds in connection.took.items():
            took.setdefault(name, []).extend(seconds)
        connection.close()
    took[ALL_CALLS] = [sum(seconds) for seconds in zip(*(took[name] for name in CALLS), strict=True)]
    return Round(verdicts=Counter(words), asking=asking, answering=answering, took=took)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and the request object that the wallet fetched."""

    offer: Mapping[str, Any]
    request_object: bytes


def _wish(subject: LoadSubject, number: int) -> bytes:
    return orjson.dumps(
        {
            "type": subject.type,
            "profile": subject.profile,
            "formats": [subject.formats[number % len(subject.formats)]],
            "expected": dict(subject.expected),
        }
    )


async def _ask(connection: Connection, wish: bytes) -> Asked:
    made = connection.call("create", "POST", "/v1/requests", body=wish, headers={"Content-Type": JSON})
    offer = (await _ok(made, 201)).json()
    path = urlsplit(offer["request_uri"]).path
    fetched = await _ok(connection.call("fetch", "GET", path, headers={"Accept": MEDIA_TYPE}), 200)
    return Asked(offer, fetched.body)


async def _answer(connection: Connection, answered: tuple[Asked, tuple[str, bytes]]) -> str:
    """The word of the verdict."""
    asked, (url, form) = answered
    path = urlsplit(url).path
    await _ok(connection.call("answer", "POST", path, body=form, headers={"Content-Type": FORM}), 200)
    headers = {"Authorization": f"Bearer {asked.offer['read_token']}"}
    result = await _ok(connection.call("read", "GET", f"/v1/requests/{asked.offer['id']}", headers=headers), 200)
    word: str = result.json()["verdicts"][0]["verdict"]
    return word


async def _ok(call: Awaitable[Answer], status: int) -> Answer:
    answer = await call
    if answer.status != status:
        raise RuntimeError(f"{answer.status}: {answer.body[:500]!r}")
    return answer


def _answers(data: Path, asked: Sequence[Asked]) -> list[tuple[str, bytes]]:
    """What the wallet posts for each, and where to: the wallet's own code, to whom the network is played."""
    objects = {one.offer["request_uri"]: one.request_object for one in asked}
    posted: list[tuple[str, bytes]] = []

    def network(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, content=objects[str(request.url)], headers={"Content-Type": MEDIA_TYPE})
        posted.append((str(request.url), request.content))
        return httpx2.Response(200, json={})

    wallet = build_wallet(WalletSettings(data=data), transport=httpx2.MockTransport(network))
    for one in asked:
        wallet.present(one.offer["authorization_url"])
    return posted


def _raw_verifications() -> float:
    """By second of processor time."""
    verify = raw_operations()[Raw.VERIFY]
    started = time.process_time()
    for _ in range(RAW_ROUNDS):
        verify()
    return RAW_ROUNDS / (time.process_time() - started)


def show(outcome: Outcome, target: float, console: Console) -> None:
    table = Table(title=f"{outcome.presentations} presentations at once, {outcome.workers} workers, {outcome.database}")
    table.add_column("call")
    for heading in ("p50 ms", "p95 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    for name in (*CALLS, ALL_CALLS):
        shares = (quantile(outcome.took[name], share) * 1000 for share in (0.5, 0.95, 0.99))
        table.add_row(name, *(f"{share:.0f}" for share in shares))
    console.print(table)
    spent = outcome.asking.processor + outcome.answering.processor
    console.print(
        f"verdicts: {dict(outcome.verdicts)}; load average before: {outcome.load:.1f} on {os.cpu_count()} cores"
    )
    console.print(f"by the clock on the wall, load and all: {outcome.by_the_clock:.0f}/s")
    console.print(
        f"per core, by the {spent:.2f} s of processor time of verifier and database: {outcome.per_core:.0f}/s"
        f" (target {target:.0f})"
    )
    console.print(
        f"one presentation = {outcome.ratio:.1f} raw P-256 verifications ({outcome.raw:.0f}/s in the same run)"
    )


if __name__ == "__main__":
    sys.exit(main())
