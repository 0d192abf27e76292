"""Heads of the audit log are signed once a day, on demand, and never twice for the same end."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.app.evidence import read_roots
from issuer.audit_heads import SignedHead, read_head
from issuer.use_cases.sign_audit_heads import SignAuditHeads
from tests.issuer.conftest import MakeWorld
from tests.issuer.world import NOW, URSSAF, World


@pytest.fixture
def heads(world: World, pilot: tuple[Path, Any]) -> Iterator[SignAuditHeads]:
    database = Database(world.database_url)
    institutions = InstitutionDirectory.read(pilot[0])
    yield SignAuditHeads(transactions=SqlTransactions(database), institutions=institutions, clock=world.clock)
    database.close()


def _all(heads: SignAuditHeads) -> tuple[SignedHead, ...]:
    return heads.transactions.read(lambda register: register.audit.heads(URSSAF))


def test_heads_of_several_days(world: World, heads: SignAuditHeads, pilot: tuple[Path, Any]) -> None:
    assert heads() == ()
    world.register()
    (first,) = heads.daily()
    assert (first.head.number, first.head.end.sequence, first.head.previous) == (1, 3, None)
    assert read_head(first.jws, read_roots(pilot[0])) == first.head
    assert heads() == (first,)

    world.register()
    assert heads.daily() == ()
    (second,) = heads()
    assert (second.head.number, second.head.end.sequence, second.head.previous) == (2, 6, first.digest)

    world.clock.advance(days=1)
    assert heads.daily() == (second,)
    world.register()
    (third,) = heads.daily()
    assert (third.head.number, third.head.day) == (3, NOW.date() + timedelta(days=1))
    assert _all(heads) == (first, second, third)


def test_of_many_at_once_one_signs(world: World, heads: SignAuditHeads) -> None:
    world.register()
    before = len(_all(heads))
    with ThreadPoolExecutor(6) as threads:
        signed = list(threads.map(lambda _: heads(), range(6)))
    assert len({one.jws for heads_of_one in signed for one in heads_of_one}) == 1
    assert len(_all(heads)) == before + 1


def test_a_running_service_signs_by_itself(make_world: MakeWorld, heads: SignAuditHeads) -> None:
    world = make_world()
    world.clock.advance(days=9)
    world.register()
    before = len(_all(heads))
    with world.client():
        deadline = time.monotonic() + 10
        while len(_all(heads)) == before and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(_all(heads)) == before + 1
