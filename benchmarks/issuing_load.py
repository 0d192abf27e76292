"""`python -m benchmarks.issuing_load`: many wallets collect credentials from one issuer at the same time.

Each wallet is the simulated one: it opens the offer, redeems the pre-authorized code with its transaction code under
DPoP, proves its keys with a fresh nonce and collects every format of the document (OpenID4VCI 1.0). Registering the
documents comes before and is not counted. Of every ten documents one is contested by two wallets with the same code,
one has every credential request sent twice, one has the same nonce in two requests; each pair at the same moment, and
each time one of the two may succeed.

Afterwards the register is compared with what the wallets hold (`faults`). Exit status 1 if anything is lost, doubled or
used twice.
"""

import argparse
import asyncio
import hashlib
import logging
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

import httpx2
from rich.console import Console
from sqlalchemy import create_engine, func, select

from benchmarks.load_subject import LoadSubject
from benchmarks.postgresql import empty_database
from benchmarks.processor_time import Meter, Spent
from issuer.adapters.tables import access_grant, credential, offer
from issuer.settings import IssuerSettings
from socsec import serving
from socsec.pilot_folder import create_pilot
from socsec.workers import worker_processes
from vc_core.addresses import LoopbackHttp
from vc_core.catalogue import Catalogue
from wallet_sim import credential_request
from wallet_sim.access_token import AccessToken
from wallet_sim.exchange import Answer, Exchange
from wallet_sim.issuance import Issuance, OpenedOffer, fresh_key, open_offer
from wallet_sim.refusals import PeerDeclined

_T = TypeVar("_T")
_R = TypeVar("_R")

TIMEOUT_SECONDS = 120
CONTEST_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """An offer as an institution hands it over."""

    number: int
    link: str
    tx_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a wallet has of one offer. winners: of each contest of two, how many succeeded."""

    texts: Sequence[str]
    winners: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    wallets: int
    workers: int
    database: str
    credentials: int
    contests: int
    faults: Sequence[str]
    spent: Spent
    load: float

    @property
    def per_core(self) -> float:
        return self.credentials / self.spent.processor


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.issuing_load", description=__doc__)
    parser.add_argument("--wallets", type=int, default=50)
    parser.add_argument("--documents", type=int, default=1000, help="two credentials each")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], default="postgresql")
    options = parser.parse_args(arguments)
    outcome = run(options.wallets, options.documents, workers=options.workers, database=options.database)
    show(outcome, Console(width=110))
    return 1 if outcome.faults else 0


def run(wallets: int, documents: int, *, workers: int, database: str) -> Outcome:
    subject = LoadSubject.read()
    with tempfile.TemporaryDirectory(prefix="socsec-load-") as folder, ExitStack() as stack:
        data, issuer_url = Path(folder) / "data", serving.free_url()
        keys = create_pilot(
            data, issuer_url=issuer_url, verifier_hosts=["localhost"], now=datetime.now(UTC), random=os.urandom
        )
        store = stack.enter_context(empty_database(database, "issuer", data))
        settings = IssuerSettings(data=data, base_url=issuer_url, database_url=store.url)
        force = stack.enter_context(worker_processes([settings], workers=workers, log_level=logging.WARNING))
        threads = stack.enter_context(ThreadPoolExecutor(wallets))
        promised = _register(subject, documents, issuer_url, keys[subject.institution], threads)
        load, meter = os.getloadavg()[0], Meter([*store.process_ids, *force.process_ids])
        shares = [promised[wallet::wallets] for wallet in range(wallets)]
        spent, takings = asyncio.run(meter.measure(_in_threads(threads, _one_wallet, shares)))
        taken = list(chain.from_iterable(takings))
        return Outcome(
            wallets=wallets,
            workers=workers,
            database=database,
            credentials=sum(len(one.texts) for one in taken),
            contests=sum(len(one.winners) for one in taken),
            faults=faults(store.url, taken, credentials=documents * len(subject.formats)),
            spent=spent,
            load=load,
        )


def faults(database_url: str, taken: Sequence[Taken], *, credentials: int) -> list[str]:
    """What is wrong, in words; nothing if nothing is.

    1. Every contest had one winner.
    2. Every credential arrived, once: what the wallets hold is what the register says was issued.
    3. No status index is on two credentials, and none was planned and not issued.
    4. Every code was redeemed by one wallet.
    """
    found = [f"{winners} winners of a contest" for one in taken for winners in one.winners if winners != 1]  # 1
    held = Counter(hashlib.sha256(text.encode()).digest() for one in taken for text in one.texts)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        collected = connection.execute(select(credential.c.digest).where(credential.c.offer_id.is_not(None)))
        issued = Counter(collected.scalars())
        indices = connection.execute(select(credential.c.shard_id, credential.c.status_index)).all()
        unfinished = connection.execute(
            select(func.count()).select_from(credential).where(credential.c.digest.is_(None))
        ).scalar_one()
        families = connection.execute(
            select(access_grant.c.offer_id, func.count(access_grant.c.family.distinct())).group_by(
                access_grant.c.offer_id
            )
        ).all()
        offers = connection.execute(select(func.count()).select_from(offer)).scalar_one()
    engine.dispose()
    if sum(held.values()) != credentials:  # 2
        found.append(f"{sum(held.values())} credentials arrived, {credentials} were promised")
    if held != issued:
        found.append(f"{(issued - held).total()} credentials lost, {(held - issued).total()} not in the register")
    found += [f"{count} times the same credential" for count in held.values() if count > 1]
    if len(indices) != len(set(indices)):  # 3
        found.append(f"{len(indices) - len(set(indices))} status indices on two credentials")
    if unfinished:
        found.append(f"{unfinished} credentials planned and not issued")
    found += [f"offer {offer_id}: redeemed {count} times" for offer_id, count in families if count != 1]  # 4
    if len(families) != offers:
        found.append(f"{offers} offers, {len(families)} redeemed")
    return found


def _register(
    subject: LoadSubject, documents: int, issuer_url: str, key: str, threads: ThreadPoolExecutor
) -> list[Promised]:
    catalogue = Catalogue.load()

    def one(number: int) -> Promised:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"load-{number}"}
        claims, url = subject.claims(catalogue, number), f"{issuer_url}/v1/{subject.type}"
        answer = httpx2.post(url, json=claims, headers=headers, timeout=TIMEOUT_SECONDS).raise_for_status().json()
        return Promised(number=number, link=answer["offer"]["url"], tx_code=answer["offer"]["tx_code"])

    return list(threads.map(one, range(1, documents + 1)))


async def _in_threads(threads: ThreadPoolExecutor, work: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
    loop = asyncio.get_running_loop()
    return list(await asyncio.gather(*(loop.run_in_executor(threads, work, item) for item in items)))


def _one_wallet(share: Sequence[Promised]) -> list[Taken]:
    with httpx2.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client, ThreadPoolExecutor(2) as pair:
        exchange = Exchange(client=client, policy=LoopbackHttp.ALLOWED)
        return [_collect(promised, exchange, pair) for promised in share]


def _collect(promised: Promised, exchange: Exchange, pair: ThreadPoolExecutor) -> Taken:
    opened = open_offer(promised.link, exchange)
    match promised.number % CONTEST_EVERY:
        case 0:
            return _of_rivals(opened, promised.tx_code, exchange, pair)
        case 3:
            return _of_repeated_requests(_issuance(opened, exchange), promised.tx_code, pair)
        case 6:
            return _of_one_nonce(_issuance(opened, exchange), promised.tx_code, pair)
        case _:
            collected = _issuance(opened, exchange).collect(promised.tx_code).collected
            return Taken(texts=[one.text for one in collected])


def _issuance(opened: OpenedOffer, exchange: Exchange) -> Issuance:
    return Issuance.begin(opened, exchange, random=os.urandom, now=datetime.now(UTC))


def _of_rivals(opened: OpenedOffer, tx_code: str, exchange: Exchange, pair: ThreadPoolExecutor) -> Taken:
    """Two wallets, each with a key of its own, redeem one code."""

    def redeem(_: int) -> tuple[Issuance, AccessToken] | None:
        issuance = _issuance(opened, exchange)
        try:
            return issuance, issuance.redeem(issuance.plan_token(tx_code))
        except PeerDeclined:
            return None

    won = [one for one in pair.map(redeem, range(2)) if one is not None]
    texts = [one.text for issuance, token in won for one in issuance.collect_with(token).collected]
    return Taken(texts=texts, winners=[len(won)])


def _of_repeated_requests(issuance: Issuance, tx_code: str, pair: ThreadPoolExecutor) -> Taken:
    """Every credential request is sent twice, each time with a new proof of possession."""
    token = issuance.redeem(issuance.plan_token(tx_code))
    texts: list[str] = []
    winners: list[int] = []
    for configuration in issuance.offer.configurations:
        draft = issuance.plan_credential(configuration, token).draft
        good = _good(pair.map(issuance.send, (draft, draft)))
        texts += _read(good)
        winners.append(len(good))
    return Taken(texts=texts, winners=winners)


def _of_one_nonce(issuance: Issuance, tx_code: str, pair: ThreadPoolExecutor) -> Taken:
    """The proof over one nonce in the requests for two credentials; what was refused is asked for again."""
    token, metadata, key = issuance.redeem(issuance.plan_token(tx_code)), issuance.offer.metadata, fresh_key(os.urandom)
    proof = credential_request.make_proof(metadata, key, issuance.fetch_nonce(), now=issuance.now, client_id=None)
    wanted = issuance.offer.configurations[:2]
    drafts = [credential_request.credential_request(metadata, one, token, (proof,)) for one in wanted]
    answers = list(pair.map(issuance.send, drafts))
    texts = _read(_good(answers))
    for configuration, answer in zip(wanted, answers, strict=True):
        if answer.status != 200:
            again = issuance.send(issuance.plan_credential(configuration, token).draft)
            texts += _read([again])
    return Taken(texts=texts, winners=[len(_good(answers))])


def _read(answers: Iterable[Answer]) -> list[str]:
    return [text for answer in answers for text in credential_request.read_credentials(answer, 1)]


def _good(answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.status == 200]


def show(outcome: Outcome, console: Console) -> None:
    spent = outcome.spent
    console.print(
        f"{outcome.credentials} credentials by {outcome.wallets} wallets at once, {outcome.workers} workers, "
        f"{outcome.database}; {outcome.contests} contests of two for a code, a request or a nonce"
    )
    console.print(f"by the clock on the wall, wallets and all: {outcome.credentials / spent.wall:.0f}/s")
    console.print(
        f"per core, by the {spent.processor:.2f} s of processor time of issuer and database: {outcome.per_core:.0f}/s; "
        f"load average before: {outcome.load:.1f} on {os.cpu_count()} cores"
    )
    for fault in outcome.faults:
        console.print(f"fault: {fault}", style="bold red")
    if not outcome.faults:
        console.print("nothing lost, nothing doubled, no status index twice, codes and nonces good once")


if __name__ == "__main__":
    sys.exit(main())
