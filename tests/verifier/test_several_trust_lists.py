"""The service goes by several trust lists: one of two is bad in every way there is, and the other's institutions are
judged as ever (users.md J12; issue 4, "several lists")."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.world import BASE_URL, NOW, World
from vc_core import pki
from vc_core.pilot import new_key
from vc_core.pki import Organization, Term
from vc_core.signer import SoftwareKey
from vc_core.trust import SchemeOperator, TrustList, encode_trust_list, read_trust_list
from verifier.adapters.keys import load_certificate
from verifier.settings import VerifierSettings

DAY = {"day": "2026-02-15"}
CARDS, WORK = "cards", "work"
FORMATS = ("code", "dc+sd-jwt")


@dataclass
class Lists:
    """Two lists in one folder: of the institution with A1 certificates, and of the one with cards, another operator's.

    `pid` documents are of an institution on neither.
    """

    folder: Path
    world: World
    listed: TrustList
    operators: dict[str, SoftwareKey]

    @property
    def file(self) -> Path:
        return self.folder / "trust-lists.toml"

    def of(self, name: str, **changes: Any) -> TrustList:
        institution = {WORK: "FR:117000", CARDS: "FR:910000"}[name]
        entity = self.listed.entity(institution)
        assert entity is not None
        contact = self.listed.operator.contact
        operator = SchemeOperator(name=f"Operator of {name}", territory="FR", contact=contact)
        values = {"entities": (entity,), "operator": operator, "sequence": 7, **changes}
        return replace(self.listed, **values)

    def publish(self, name: str, listed: TrustList | None = None, *, operator: str = "") -> None:
        text = encode_trust_list(listed or self.of(name), self.operators[operator or name], NOW - timedelta(days=1))
        (self.folder / f"{name}.jwt").write_text(text)

    def configure(self, cards: str = "") -> None:
        """cards: further members of that list's table."""
        tables = [
            f'[[list]]\nname = "{name}"\nsource = "{name}.jwt"\noperator_certificate = "{name}.pem"\n{more}\n'
            for name, more in ((WORK, ""), (CARDS, cards))
        ]
        self.file.write_text("".join(tables))


@pytest.fixture
def lists(world: World, tmp_path: Path) -> Lists:
    pki_folder = world.folder / "pki"
    operators = {name: _operator(world, name) for name in (WORK, CARDS)}
    listed = read_trust_list(
        (pki_folder / "trust-list.jwt").read_text(), operator=load_certificate(pki_folder / "operator.pem"), now=NOW
    )
    made = Lists(tmp_path, world, listed, operators)
    for name, operator in operators.items():
        (tmp_path / f"{name}.pem").write_bytes(operator.chain[0].public_bytes(Encoding.PEM))
        made.publish(name)
    made.configure()
    return made


def _operator(world: World, name: str) -> SoftwareKey:
    key = new_key(world.random)
    organization = Organization(country="FR", name=f"Operator of {name}")
    term = Term(serial=11, not_before=NOW - timedelta(days=9), not_after=NOW + timedelta(days=900))
    return SoftwareKey(key, (pki.list_operator(private_key=key, organization=organization, term=term),))


Serve = Callable[[], TestClient]


@pytest.fixture
def serve(make_app: MakeApp, lists: Lists) -> Serve:
    return lambda: TestClient(make_app(trust_lists=lists.file), base_url=BASE_URL)


def document(world: World, format_: str, type_id: str) -> str:
    return world.code(type_id=type_id) if format_ == "code" else world.credential(format_, type_id=type_id).text


def verdict(client: TestClient, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/verify", json={"text": text, "expected": DAY}).json()
    return answer


def check(answer: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in answer["checks"] if one["id"] == id_)
    return found


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("type_id", "name"), [("a1", WORK), ("ehic", CARDS)])
def test_documents_of_either_list_are_confirmed_and_it_is_told_by_which(
    serve: Serve, world: World, format_: str, type_id: str, name: str
) -> None:
    with serve() as client:
        answer = verdict(client, document(world, format_, type_id))
    assert answer["verdict"] == "CONFIRMED"
    evidence = check(answer, "trust.list")["evidence"]
    assert (evidence["list"], evidence["operator"], evidence["territory"], evidence["sequence"]) == (
        name, f"Operator of {name}", "FR", 7,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "type_id", "reason"),
    [("code", "ehic", "signer_certificate_unknown"), ("dc+sd-jwt", "pid", "issuer_not_on_trust_list")],
)
def test_an_issuer_on_neither_is_on_no_list(
    serve: Serve, lists: Lists, world: World, format_: str, type_id: str, reason: str
) -> None:
    other = lists.listed.entity("DE:DRV001")
    lists.publish(CARDS, lists.of(CARDS, entities=(other,)))
    with serve() as client:
        answer = verdict(client, document(world, format_, type_id))
    assert answer["verdict"] == "CANNOT_CONFIRM"
    assert check(answer, "trust.list")["evidence"] == {"lists": "work 7, cards 7"}
    assert check(answer, "trust.issuer_chain")["reason"] == reason


BREAK: dict[str, tuple[Callable[[Lists], None], str]] = {
    "no_file": (lambda lists: (lists.folder / "cards.jwt").unlink(), "trust_list_unreadable"),
    "no_list": (lambda lists: _write(lists, "x.y.z"), "trust_list_malformed"),
    "unsigned": (lambda lists: _write(lists, "{}"), "trust_list_unsigned"),
    "signature_of_something_else": (
        lambda lists: _write(lists, _text(lists)[:-4] + "AAAA"), "trust_list_signature_invalid",
    ),
    "signed_by_the_other_operator": (
        lambda lists: lists.publish(CARDS, lists.of(WORK), operator=WORK), "trust_list_signer_unknown",
    ),
    "stale": (lambda lists: lists.publish(CARDS, _dated(lists, -20, -1)), "trust_list_stale"),
    "from_the_future": (lambda lists: lists.publish(CARDS, _dated(lists, 1, 20)), "trust_list_from_future"),
    "in_force_for_a_year": (lambda lists: lists.publish(CARDS, _dated(lists, -1, 364)), "trust_list_period_wrong"),
    "below_the_number_agreed": (
        lambda lists: lists.configure("minimum_sequence = 8"), "trust_list_rolled_back",
    ),
}  # fmt: skip


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("spoil", "reason"), BREAK.values(), ids=BREAK)
def test_a_bad_list_takes_nothing_from_the_other(
    serve: Serve, lists: Lists, world: World, format_: str, spoil: Callable[[Lists], None], reason: str
) -> None:
    spoil(lists)
    with serve() as client:
        assert verdict(client, document(world, format_, "a1"))["verdict"] == "CONFIRMED"
        _cannot_be_told(verdict(client, document(world, format_, "ehic")), reason)
        stranger = document(world, "dc+sd-jwt", "pid")
        _cannot_be_told(verdict(client, stranger), reason)


def test_a_list_that_went_back_is_refused_by_every_worker_from_then_on(
    serve: Serve, lists: Lists, world: World
) -> None:  # fmt: skip
    """The database remembers, for each list by itself."""
    lists.publish(CARDS, lists.of(CARDS, sequence=9))
    cards, work = document(world, "dc+sd-jwt", "ehic"), document(world, "dc+sd-jwt", "a1")
    with serve() as client:
        assert verdict(client, cards)["verdict"] == "CONFIRMED"
    lists.publish(CARDS, lists.of(CARDS, sequence=8))
    with serve() as client:
        _cannot_be_told(verdict(client, cards), "trust_list_rolled_back")
        assert verdict(client, work)["verdict"] == "CONFIRMED"
    lists.publish(CARDS, lists.of(CARDS, sequence=9))
    with serve() as client:
        assert verdict(client, cards)["verdict"] == "CONFIRMED"


@pytest.mark.parametrize(
    ("territories", "word"), [('["FR"]', "CONFIRMED"), ('["DE"]', "CANNOT_CONFIRM"), ('["DE", "FR"]', "CONFIRMED")]
)
def test_a_list_authorises_nobody_outside_its_territory(
    serve: Serve, lists: Lists, world: World, territories: str, word: str
) -> None:
    lists.configure(f"territories = {territories}")
    with serve() as client:
        answer = verdict(client, document(world, "dc+sd-jwt", "ehic"))
        assert verdict(client, document(world, "dc+sd-jwt", "a1"))["verdict"] == "CONFIRMED"
    assert answer["verdict"] == word
    reason = check(answer, "trust.issuer_chain").get("reason")
    assert reason == (None if word == "CONFIRMED" else "issuer_of_other_territory")


def test_a_missing_list_of_another_state_leaves_no_doubt_about_a_stranger(
    serve: Serve, lists: Lists, world: World
) -> None:  # fmt: skip
    lists.configure('territories = ["DE"]')
    (lists.folder / "cards.jwt").unlink()
    with serve() as client:
        answer = verdict(client, document(world, "dc+sd-jwt", "pid"))
    assert check(answer, "trust.issuer_chain")["reason"] == "issuer_not_on_trust_list"


def test_the_service_is_ready_while_one_list_is_at_hand(serve: Serve, lists: Lists) -> None:
    (lists.folder / "cards.jwt").unlink()
    with serve() as client:
        assert client.get("/readyz").status_code == 200
    (lists.folder / "work.jwt").unlink()
    with serve() as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {"name": "trust_list", "outcome": "failed", "reason": "trust_list_unreadable"} in answer.json()["checks"]


# ------------------------------------------------------------------------------------------------------ the settings
def test_the_file_beside_the_single_list_is_gone_by(world: World, lists: Lists, tmp_path: Path) -> None:
    (tmp_path / "pki").mkdir()
    beside = tmp_path / "pki" / "trust-lists.toml"
    plain = VerifierSettings(data=tmp_path, base_url=BASE_URL)
    without = plain.trust_lists_file
    beside.write_text(lists.file.read_text())
    assert (without, plain.trust_lists_file) == (None, beside)
    assert VerifierSettings(data=tmp_path, base_url=BASE_URL, trust_list="list.jwt").trust_lists_file is None
    assert VerifierSettings(data=tmp_path, base_url=BASE_URL, trust_lists=lists.file).trust_lists_file == lists.file


@pytest.mark.parametrize("other", [{"trust_list": "list.jwt"}, {"operator_certificate": "operator.pem"}])
def test_one_list_and_several_are_not_both_named(lists: Lists, other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="neither trust_list nor operator_certificate"):
        VerifierSettings(data=lists.folder, base_url=BASE_URL, trust_lists=lists.file, **other)


def test_a_file_that_is_at_fault_keeps_the_service_from_starting(make_app: MakeApp, lists: Lists) -> None:
    lists.configure('territory = "FR"')
    with pytest.raises(ValueError, match="list 2: unknown members territory"):
        make_app(trust_lists=lists.file)


def _cannot_be_told(answer: dict[str, Any], reason: str) -> None:
    """Not "unlisted": the list that may have the issuer is missing, and it is told which and why."""
    assert answer["verdict"] == "CANNOT_CONFIRM"
    found = check(answer, "trust.list")
    assert (found["outcome"], found["reason"], found["evidence"]) == ("INDETERMINATE", reason, {"list": CARDS})
    assert check(answer, "trust.issuer_chain")["outcome"] == "NOT_EVALUATED"


def _text(lists: Lists) -> str:
    return (lists.folder / "cards.jwt").read_text()


def _write(lists: Lists, text: str) -> None:
    (lists.folder / "cards.jwt").write_text(text)


def _dated(lists: Lists, issued: int, next_update: int) -> TrustList:
    """Days from now."""
    return lists.of(CARDS, issued_at=NOW + timedelta(days=issued), next_update=NOW + timedelta(days=next_update))
