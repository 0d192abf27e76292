"""Keys of institutions: whatever becomes of the process, what the directory says of a key is in the audit log."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography.x509 import Certificate

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.app.directory import build_directory
from issuer.audit import SYSTEM, Actor, AuditEvent, key_id
from issuer.institutions import Institution, KeyUse
from issuer.ports import Register
from issuer.refusals import NotInDirectory
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_keys import KeepKeys, KeyState
from socsec.key_files import make_signer
from tests.issuer.world import BASE_URL, NOW, URSSAF, World
from vc_core.catalogue import Catalogue

T = TypeVar("T")
OFFICER = "m.martin"


class PowerFailedError(Exception):
    """What was not committed is lost."""


@dataclass
class Failing:
    """Transactions of a process that ends when it has committed so many."""

    transactions: SqlTransactions
    left: int

    def read(self, work: Callable[[Register], T]) -> T:
        return self.transactions.read(work)

    def write(self, work: Callable[[Register], T], *, by: Actor = SYSTEM) -> T:
        if not self.left:
            raise PowerFailedError
        self.left -= 1
        return self.transactions.write(work, by=by)


@dataclass(frozen=True)
class Office:
    """An institution's keys, on the register of a running service."""

    institution: Institution
    transactions: SqlTransactions
    keys: Callable[[int], KeepKeys]
    certificate: Certificate

    @property
    def keep(self) -> KeepKeys:
        return self.keys(1000)

    def states(self) -> list[KeyState]:
        """Of the new key, as a document signer."""
        known = self.keep.all([self.institution])
        return [key.state for key in known if (key.use, key.id) == (KeyUse.DOCUMENTS, key_id(self.certificate))]

    def logged(self) -> list[tuple[str, str, str]]:
        """What the log says of the new key: event, actor, use."""
        entries = self.transactions.read(lambda register: [*register.audit.entries(URSSAF)])
        members = [entry.members() for entry in entries]
        return [
            (one["event"], one["actor"], one["details"]["use"])
            for one in members
            if one["details"].get("key") == key_id(self.certificate)
        ]


@pytest.fixture
def office(world: World, pilot: tuple[Path, Any], catalogue: Catalogue, tmp_path: Path) -> Iterator[Office]:
    data = tmp_path / "data"
    shutil.copytree(pilot[0], data)
    settings = IssuerSettings(data=data, base_url=BASE_URL, database_url=world.database_url)
    database = Database(world.database_url)
    transactions = SqlTransactions(database)
    institution = InstitutionDirectory.read(data).by_id(URSSAF)
    directory = build_directory(settings, database, catalogue, world.clock)
    directory.begin()

    def keys(writes: int) -> KeepKeys:
        failing = Failing(transactions, writes)
        return KeepKeys(
            transactions=failing, directory=replace(directory, transactions=failing), clock=world.clock
        )  # fmt: skip

    certificate = make_signer(data, institution, KeyUse.DOCUMENTS, now=NOW, random=os.urandom)
    yield Office(institution, transactions, keys, certificate)
    database.close()


@pytest.mark.parametrize(("writes", "states", "logged"), [
    (0, [], []),
    (1, [KeyState.RETIRED], [("key.made", f"officer:{OFFICER}", "document_signer")]),
])  # fmt: skip
def test_a_key_is_announced_in_directory_and_log_or_in_neither(
    office: Office, writes: int, states: list[KeyState], logged: list[tuple[str, str, str]]
) -> None:
    """It is listed, and not in use yet: as one that was."""
    with suppress(PowerFailedError):
        office.keys(writes).announce(office.institution, KeyUse.DOCUMENTS, office.certificate, by=OFFICER)
    assert (office.states(), office.logged()) == (states, logged)


@pytest.mark.parametrize(("writes", "ended", "logged"), [(0, False, []), (1, True, [AuditEvent.KEY_COMPROMISED])])
def test_a_key_is_ended_in_directory_and_log_or_in_neither(
    office: Office, writes: int, ended: bool, logged: list[AuditEvent]
) -> None:
    office.keep.announce(office.institution, KeyUse.DOCUMENTS, office.certificate, by=OFFICER)
    with suppress(PowerFailedError):
        office.keys(writes).end(office.institution, office.certificate, by=OFFICER)
    assert office.keep.is_ended(office.institution, office.certificate) is ended
    assert [event for event, _, _ in office.logged()[1:]] == logged


def test_a_signer_of_status_lists_is_only_logged(office: Office) -> None:
    """Its State's root vouches for it."""
    office.keep.announce(office.institution, KeyUse.STATUS, office.certificate, by=OFFICER)
    assert office.states() == []
    assert office.logged() == [("key.made", f"officer:{OFFICER}", "status_signer")]


def test_nothing_is_logged_of_a_key_of_an_unknown_institution(office: Office) -> None:
    unknown = replace(office.institution, id="FR:999999")
    with pytest.raises(NotInDirectory):
        office.keep.end(unknown, office.certificate, by=OFFICER)
    assert office.transactions.read(lambda register: [*register.audit.entries(unknown.id)]) == []
