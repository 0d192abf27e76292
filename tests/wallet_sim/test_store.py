"""What a wallet keeps on disk: whole records, for its owner only."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wallet_sim import world
from vc_core.rejection import Rejection
from wallet_sim import store as module
from wallet_sim.refusals import NotHeld
from wallet_sim.store import StoredCode, StoredCredential, StoredWait, WalletStore, instant

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
    code = StoredCode(
        id="c0", type_id="a1", title="A1 certificate", document_number="1", institution="Urssaf",
        received_at=instant(world.NOW),
    )  # fmt: skip
    store.add_code(code, "SSC1:TEXT")
    assert store.codes() == (code,)
    assert store.code_text(code) == "SSC1:TEXT"
    assert store.credentials() == ()


def test_the_highest_sequence_is_remembered(store: WalletStore) -> None:
    for sequence in (3, 7, 5):
        store.remember_trust_sequence(sequence)
    assert store.trust_sequence == 7


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@given(title=TEXT, number=TEXT, institution=TEXT)
def test_records_round_trip(
    tmp_path_factory: pytest.TempPathFactory, title: str, number: str, institution: str
) -> None:
    store = WalletStore(tmp_path_factory.mktemp("wallet"))
    record = replace(RECORD, title=title, document_number=number, institution=institution, bound=False)
    store.add(record, "t", None)
    assert store.credentials() == (record,)
