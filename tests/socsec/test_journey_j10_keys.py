"""J10: keys are changed with an overlap, and a key that somebody else may have is dealt with by one job.

Issuer and verifier run on loopback all the while, as they would beside the commands.
"""

import json
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from typer.testing import CliRunner

from issuer.adapters.pkcs11_uri import Pkcs11Uri
from issuer.audit import certificate_digest
from socsec import serving
from socsec.cli import main
from tests.socsec.pilots import EXAMPLE, URSSAF, audit_log, pilot_of_today, register
from vc_core import jose, trust

RUN = CliRunner()


class Pilot:
    """A folder with services running on it."""

    def __init__(self, data: Path, url: str, key: str) -> None:
        self.data, self.url, self.key = data, url, key
        self._documents = 0

    def run(self, *arguments: str, status: int = 0) -> str:
        done = RUN.invoke(main, [*arguments, "--data", str(self.data)], catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done.stdout

    def register(self) -> dict[str, Any]:
        self._documents += 1
        number = f"{EXAMPLE['document_number'][:-4]}{self._documents:04}"
        person = f"28804130{self._documents:07}"
        answer = register(self.url, self.key, number, document_number=number, personal_administrative_number=person)
        assert answer.status_code == 201, answer.text
        registered: dict[str, Any] = answer.json()
        return registered

    def verdict(self, code: str, status: int) -> None:
        """Of an inspection code; status: 0 CONFIRMED, 12 WITHDRAWN, 13 CANNOT_CONFIRM."""
        file = self.data / "code.txt"
        file.write_text(code)
        self.run("verify", str(file), "--state", "DE", "--day", EXAMPLE["starting_date"], status=status)

    def signed_with(self, document: dict[str, Any]) -> str:
        """The key of a document's newest credential."""
        exported = json.loads(self.run("audit", "export", "--document", document["document_id"]))
        signed = [entry["details"]["key"] for entry in exported["entries"] if entry["event"] == "credential.signed"]
        key: str = signed[-1]
        return key

    def key_states(self) -> dict[str, str]:
        """The institution's keys: state by id."""
        listed = json.loads(self.run("keys", "list", "--json"))
        return {
            one["key"]: one["state"]
            for one in listed
            if (one["institution"], one["use"]) == (URSSAF, "document_signer")
        }


@pytest.fixture
def pilot(tmp_path: Path) -> Iterator[Pilot]:
    data, url = tmp_path / "data", serving.free_url()
    keys = pilot_of_today(data, url)
    with serving.services(data, issuer_url=url, verifier_url=serving.free_url()):
        yield Pilot(data, url, keys[URSSAF])


def code(document: dict[str, Any]) -> str:
    text: str = document["inspection_code"]["text"]
    return text


def test_ac1_a_key_is_changed_with_an_overlap(pilot: Pilot) -> None:
    old_document = pilot.register()
    old = pilot.signed_with(old_document)
    assert pilot.key_states() == {old: "used"}

    changed = json.loads(pilot.run("keys", "rotate", URSSAF, "--by", "m.martin", "--json"))
    new = changed["used"]["key"]
    assert changed["retired"]["key"] == old != new
    assert pilot.key_states() == {new: "used", old: "retired"}

    new_document = pilot.register()
    assert pilot.signed_with(new_document) == new
    pilot.verdict(code(new_document), 0)
    pilot.verdict(code(old_document), 0)


def test_ac1_the_trust_list_has_both_keys_and_the_log_says_who_changed_them(pilot: Pilot) -> None:
    before = _listed(pilot.data)
    changed = json.loads(pilot.run("keys", "rotate", URSSAF, "--by", "m.martin", "--json"))
    after = _listed(pilot.data)
    assert after.sequence == before.sequence + 1
    entity = after.entity(URSSAF)
    assert entity is not None
    assert len(entity.signers) == 2
    pilot.run("audit", "verify")
    logged = [(one["event"], one["actor"], one["details"]["key"]) for one in audit_log(pilot.data)]
    assert logged == [
        ("key.made", "officer:m.martin", changed["used"]["key"]),
        ("key.retired", "officer:m.martin", changed["retired"]["key"]),
    ]


def test_ac1_the_old_private_key_is_destroyed_and_the_new_one_is_its_owners(pilot: Pilot) -> None:
    home = pilot.data / "pki" / "institutions" / URSSAF.replace(":", "-")
    (old,) = home.glob("document_signer*.key.pem")
    content = old.read_bytes()
    pilot.run("keys", "rotate", URSSAF)
    (new,) = home.glob("document_signer*.key.pem")
    assert new.read_bytes() != content
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert len(list(home.glob("document_signer*.pem"))) == 3


def test_ac1_a_key_is_changed_again_and_other_institutions_keep_theirs(pilot: Pilot) -> None:
    others = {one["key"] for one in json.loads(pilot.run("keys", "list", "--json")) if one["institution"] != URSSAF}
    for _ in range(2):
        pilot.run("keys", "rotate", URSSAF)
    states = json.loads(pilot.run("keys", "list", "--json"))
    assert [one["state"] for one in states if one["institution"] == URSSAF] == ["used", "retired", "retired", "used"]
    assert {one["key"] for one in states if one["institution"] != URSSAF} == others


def test_an_institution_that_is_not_here_is_said(pilot: Pilot) -> None:
    pilot.run("keys", "rotate", "FR:000000", status=1)
    assert set(pilot.key_states().values()) == {"used"}


def test_without_the_root_nothing_changes(pilot: Pilot) -> None:
    before = pilot.key_states()
    (pilot.data / "pki" / "roots" / "FR.key.pem").unlink()
    pilot.run("keys", "rotate", URSSAF, status=1)
    assert pilot.key_states() == before
    pilot.register()


def test_a_folder_that_is_no_pilot_is_said(tmp_path: Path) -> None:
    done = RUN.invoke(main, ["keys", "list", "--data", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 2


def _listed(data: Path) -> trust.TrustList:
    operator = x509.load_pem_x509_certificate((data / "pki" / "operator.pem").read_bytes())
    text = (data / "pki" / "trust-list.jwt").read_text()
    return trust.read_trust_list(text, operator=operator, now=datetime.now(UTC))


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def _states(data: Path) -> dict[str, int]:
    """The status of every credential, by id: 0 VALID, 1 INVALID."""
    connection = sqlite3.connect(data / "issuer.sqlite3")
    rows = connection.execute("SELECT id, status FROM credential").fetchall()
    connection.close()
    return dict(rows)


def _collect(pilot: Pilot, url: str, tx_code: str) -> None:
    arguments = ["wallet", "--data", str(pilot.data), "receive", url, "--tx-code", tx_code, "--yes"]
    done = RUN.invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def test_ac2_all_that_a_key_signed_is_listed_and_replaced_by_one_job(pilot: Pilot) -> None:
    """On paper only, in a wallet, withdrawn before; and one that the next key signed."""
    paper, held, withdrawn = pilot.register(), pilot.register(), pilot.register()
    _collect(pilot, held["offer"]["url"], held["offer"]["tx_code"])
    order = {"reason_code": "issued_in_error"}
    path = f"{pilot.url}/v1/a1/{withdrawn['document_id']}/withdraw"
    assert httpx2.post(path, json=order, headers={"Authorization": f"Bearer {pilot.key}"}).status_code == 200
    key = pilot.signed_with(paper)
    pilot.run("keys", "rotate", URSSAF)
    other = pilot.register()
    before = _states(pilot.data)

    listed = _lines(pilot.run("keys", "compromised", key, "--dry-run"))
    assert {one["document"]: len(one["credentials"]) for one in listed} == {
        paper["document_id"]: 1, held["document_id"]: 3, withdrawn["document_id"]: 1,
    }  # fmt: skip
    assert _states(pilot.data) == before

    done = {
        one["document"]: one
        for one in _lines(pilot.run("keys", "compromised", key, "--issuer-url", pilot.url, "--by", "m.martin"))
    }
    assert set(done) == {paper["document_id"], held["document_id"]}
    assert pilot.key_states()[pilot.signed_with(other)] == "used"
    assert key not in pilot.key_states()

    signed = {credential for one in listed for credential in one["credentials"]}
    after = _states(pilot.data)
    assert {credential: after[credential] for credential in before} == {
        credential: int(credential in signed) for credential in before
    }
    for old, new in ((paper, done[paper["document_id"]]), (held, done[held["document_id"]])):
        pilot.verdict(code(old), 13)
        pilot.verdict(new["inspection_code"], 0)
    pilot.verdict(code(other), 0)

    assert done[paper["document_id"]]["offer"] is None
    offer = done[held["document_id"]]["offer"]
    _collect(pilot, offer["url"], offer["tx_code"])
    assert pilot.signed_with(held) == pilot.signed_with(other)
    pilot.run("audit", "verify")


def test_ac2_a_key_in_use_is_changed_first_and_the_job_can_be_run_again(pilot: Pilot) -> None:
    document = pilot.register()
    key = pilot.signed_with(document)
    (done,) = _lines(pilot.run("keys", "compromised", key, "--issuer-url", pilot.url, "--by", "m.martin"))
    assert list(pilot.key_states().values()) == ["used"]
    assert pilot.signed_with(document) in pilot.key_states()
    entity = _listed(pilot.data).entity(URSSAF)
    assert entity is not None
    assert len(entity.revoked) == 1
    events = [(one["event"], one["actor"]) for one in audit_log(pilot.data) if one["event"] != "document.offered"]
    assert events == [
        ("document.registered", "officer:clerk"),
        ("credential.signed", "officer:clerk"),
        ("key.made", "officer:m.martin"),
        ("key.retired", "officer:m.martin"),
        ("key.compromised", "officer:m.martin"),
        ("credential.withdrawn", "officer:m.martin"),
        ("credential.signed", "officer:m.martin"),
    ]
    before = _states(pilot.data)
    assert _lines(pilot.run("keys", "compromised", key, "--issuer-url", pilot.url)) == []
    assert _states(pilot.data) == before
    pilot.verdict(done["inspection_code"], 0)


@pytest.mark.parametrize("key", ["unknown", "-azAfbdNLs", "--azAfbdNLs"], ids=["name", "hyphen", "two_hyphens"])
def test_ac2_a_key_that_nobody_has_is_said(pilot: Pilot, key: str) -> None:
    """Ids are base64url: one in 64 begins with a hyphen."""
    pilot.run("keys", "compromised", key, status=1)
    assert set(pilot.key_states().values()) == {"used"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ac1_a_key_in_a_module_and_a_key_in_a_file_are_used_alike(pilot: Pilot, hsm: Pkcs11Uri) -> None:
    """From a file into the module, to another key there, and back; the running issuer follows each time."""
    documents = [pilot.register()]
    home = pilot.data / "pki" / "institutions" / URSSAF.replace(":", "-")
    for module, kind in ((hsm, ".key.uri"), (hsm, ".key.uri"), (None, ".key.pem")):
        options = [] if module is None else ["--pkcs11", str(module)]
        used = json.loads(pilot.run("keys", "rotate", URSSAF, "--json", *options))["used"]["key"]
        documents.append(pilot.register())
        assert pilot.signed_with(documents[-1]) == used
        private = [one.name for one in home.glob("document_signer*.key.*")]
        assert [name[-len(kind) :] for name in private] == [kind]
    assert len({pilot.signed_with(one) for one in documents}) == 4
    for one in documents:
        pilot.verdict(code(one), 0)


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        pytest.param("pkcs11:token=none?module-path=/nowhere.so&pin-source=file:/nowhere", 1, id="module_not_there"),
        pytest.param("pkcs11:object=x", 2, id="not_a_token"),
    ],
)
def test_ac1_without_its_module_nothing_changes(pilot: Pilot, uri: str, status: int) -> None:
    before = pilot.key_states()
    pilot.run("keys", "rotate", URSSAF, "--pkcs11", uri, status=status)
    assert pilot.key_states() == before
    pilot.register()


def test_ac1_the_signer_of_status_lists_is_changed_too(pilot: Pilot) -> None:
    """Lists that the new key signs are good, and so are the log's heads by both keys."""
    document, other = pilot.register(), pilot.register()
    head = pilot.data / "head.txt"
    head.write_text(pilot.run("audit", "head"))
    documents = pilot.key_states()
    changed = json.loads(pilot.run("keys", "rotate", URSSAF, "--status", "--json"))
    assert changed["used"]["key"] != changed["retired"]["key"]
    assert pilot.key_states() == documents
    order = {"reason_code": "issued_in_error"}
    path = f"{pilot.url}/v1/a1/{document['document_id']}/withdraw"
    assert httpx2.post(path, json=order, headers={"Authorization": f"Bearer {pilot.key}"}).status_code == 200
    pilot.verdict(code(document), 12)
    pilot.verdict(code(other), 0)
    assert _signer_of(pilot) == changed["used"]["certificate"]
    pilot.run("audit", "head")
    pilot.run("audit", "verify", "--head", str(head))


def _signer_of(pilot: Pilot) -> str:
    """The certificate that the institution's one status list is signed with now, by its digest."""
    (uri,) = httpx2.get(f"{pilot.url}/status").json()["status_lists"]
    text = httpx2.get(uri, headers={"Accept": "application/statuslist+jwt"}).text
    return certificate_digest(jose.parse_x5c(jose.parse_jws(text, max_bytes=10**7).header)[0])
