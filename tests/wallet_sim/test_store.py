"""What a wallet keeps on disk: whole records, for its owner only."""

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet_sim import world
from vc_core.rejection import Rejection
from wallet_sim import store as module
from wallet_sim.refusals import NotHeld
from wallet_sim.store import StoredAccess, StoredCode, StoredCredential, StoredWait, WalletStore, instant

RECORD = StoredCredential(
    id="0011223344556677",
    format=world.SD_JWT,
    configuration_id="c",
    type_id="a1",
    title="A1 certificate",
    document_number="1",
    institution="Urssaf",
    issuer=world.ISSUER,
    received_at=instant(world.NOW),
    expires_at="",
    bound=True,
)
KEY = world.key("holder")
WAIT = StoredWait(
    id="7766554433221100",
    access="a",
    issuer=world.ISSUER,
    configuration_id="c",
    title="A1 certificate",
    received_at=instant(world.NOW),
    not_before=instant(world.NOW),
    transaction_id="t",
    keys=[],
)

CODE = StoredCode(
    id="c0", type_id="a1", title="A1 certificate", document_number="1", institution="Urssaf",
    received_at=instant(world.NOW),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> WalletStore:
    return WalletStore(tmp_path / "wallet")


def test_what_is_put_in_comes_out(store: WalletStore) -> None:
    store.add(RECORD, "the~text~", KEY)
    (found,) = store.credentials()
    key = store.key(found)
    assert (found, store.text(found)) == (RECORD, "the~text~")
    assert key is not None
    assert key.private_key.private_numbers() == KEY.private_key.private_numbers()


def test_a_record_that_could_not_be_read_again_is_not_written(store: WalletStore) -> None:
    """However much an issuer says, what is held already stays readable."""
    store.keep_wait(WAIT)
    with pytest.raises(Rejection, match="record_too_large"):
        store.keep_wait(replace(WAIT, id="ff", transaction_id="t" * module.MAX_RECORD))
    with pytest.raises(Rejection, match="record_too_large"):
        store.add(replace(RECORD, title="t" * module.MAX_RECORD), "text", KEY)
    assert (store.waits(), store.credentials()) == ((WAIT,), ())


def test_nobody_else_can_read_it(store: WalletStore, tmp_path: Path) -> None:
    """Keys are PKCS#8, and so is everything 0600 in folders 0700."""
    store.add(RECORD, "text", KEY)
    files = [path for path in (tmp_path / "wallet").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    folders = [path for path in (tmp_path / "wallet", *(tmp_path / "wallet").rglob("*")) if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert (tmp_path / "wallet" / "keys" / f"{RECORD.id}.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----")


@pytest.mark.parametrize("crash_at", [1, 2, 3])
def test_a_crash_leaves_whole_records_only(store: WalletStore, crash_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever has been written before: what is listed has its text and its key."""
    whole, count = module._write, iter(range(1, 10))

    def crashing(path: Path, content: bytes) -> None:
        if next(count) == crash_at:
            raise OSError("no space")
        whole(path, content)

    store.add(RECORD, "old", KEY)
    monkeypatch.setattr(module, "_write", crashing)
    with pytest.raises(OSError, match="no space"):
        store.add(replace(RECORD, id="ff"), "new", KEY)
    assert [record.id for record in store.credentials()] == [RECORD.id]


def test_a_half_written_file_is_no_record(store: WalletStore, tmp_path: Path) -> None:
    (tmp_path / "wallet" / "credentials" / ".abc.json.new").write_text("{")
    assert store.credentials() == ()


ACCESS = StoredAccess(id=WAIT.access, server="", access_token="t", refresh_token="", possession_key="", instance_key="")
CRASHED = datetime(2026, 2, 1, tzinfo=UTC)


def age(root: Path) -> None:
    """As if all of it had been written at the time of the crash."""
    for file in root.rglob("*"):
        os.utime(file, (CRASHED.timestamp(), CRASHED.timestamp()))


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_tidying_takes_nothing_that_a_record_needs(store: WalletStore, tmp_path: Path) -> None:
    store.add(RECORD, "text", KEY)
    store.add(replace(RECORD, id="ff", bound=False), "text", None)
    store.add_code(CODE, "SSC1:TEXT")
    store.keep_access(ACCESS)
    store.keep_wait(WAIT)
    store.remember_trust_sequence(3)
    before = files(tmp_path)
    age(tmp_path)
    store.tidy(before=CRASHED + timedelta(seconds=1))
    assert files(tmp_path) == before
    assert store.access(WAIT) == ACCESS


LEFT = {
    "access_whose_waits_were_not_written": "accesses/b.json",
    "access_half_written": "accesses/.b.json.new",
    "wait_half_written": "waits/.b.json.new",
    "key_of_no_credential": "keys/b.pem",
    "text_of_no_credential": "credentials/b.txt",
    "text_of_no_code": "codes/b.txt",
    "number_half_written": ".trust-list-sequence.new",
}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_what_a_crash_left_goes_once_it_is_old(store: WalletStore, tmp_path: Path, left: str) -> None:
    store.add(RECORD, "text", KEY)
    store.keep_access(ACCESS)
    store.keep_wait(WAIT)
    needed = files(tmp_path)
    (tmp_path / "wallet" / left).write_text("left")
    age(tmp_path)
    store.tidy(before=CRASHED)
    assert files(tmp_path) == needed | {f"wallet/{left}"}, "somebody may be writing it now"
    store.tidy(before=CRASHED + timedelta(seconds=1))
    assert files(tmp_path) == needed


def test_the_access_of_a_wait_that_cannot_be_read_stays(store: WalletStore, tmp_path: Path) -> None:
    store.keep_access(ACCESS)
    (tmp_path / "wallet" / "waits" / f"{WAIT.id}.json").write_text("{")
    age(tmp_path)
    with pytest.raises(Rejection):
        store.tidy(before=CRASHED + timedelta(seconds=1))
    assert "wallet/accesses/a.json" in files(tmp_path)


def test_the_newest_comes_first(store: WalletStore) -> None:
    for number in range(3):
        store.add(replace(RECORD, id=f"a{number}", received_at=f"2026-02-1{number}T00:00:00Z"), "t", None)
    assert [record.id for record in store.credentials()] == ["a2", "a1", "a0"]


@pytest.mark.parametrize("name", ["", "0", "zz", "../credentials/0011223344556677", "*"])
def test_a_name_has_to_mean_just_one(store: WalletStore, name: str) -> None:
    store.add(RECORD, "t", KEY)
    store.add(replace(RECORD, id="0099"), "t", KEY)
    with pytest.raises(NotHeld):
        store.credential(name)


def test_the_beginning_of_an_id_is_enough(store: WalletStore) -> None:
    store.add(RECORD, "t", KEY)
    assert store.credential("0011") == RECORD


def test_codes_are_kept_apart(store: WalletStore) -> None:
    store.add_code(CODE, "SSC1:TEXT")
    assert store.codes() == (CODE,)
    assert store.code_text(CODE) == "SSC1:TEXT"
    assert store.credentials() == ()


def test_the_highest_sequence_is_remembered(store: WalletStore) -> None:
    for sequence in (3, 7, 5):
        store.remember_trust_sequence(sequence)
    assert store.trust_sequence() == 7


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@given(title=TEXT, number=TEXT, institution=TEXT)
def test_records_round_trip(
    tmp_path_factory: pytest.TempPathFactory, title: str, number: str, institution: str
) -> None:
    store = WalletStore(tmp_path_factory.mktemp("wallet"))
    record = replace(RECORD, title=title, document_number=number, institution=institution, bound=False)
    store.add(record, "t", None)
    assert store.credentials() == (record,)
