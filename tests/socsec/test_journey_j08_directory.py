"""J8: the directory's keeper changes competences, verifiers follow the signed list, anybody finds who is competent."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import load_signer
from issuer.app.directory import build_directory
from issuer.app.service import build_app as build_issuer
from issuer.directory import Competence
from issuer.refusals import (
    CompetencesOverlap,
    CompetenceUnknown,
    DirectoryEntryRefused,
    DirectoryUnreadable,
    NotInDirectory,
    Refusal,
)
from issuer.settings import IssuerSettings
from issuer.use_cases.keep_directory import DirectoryOrder, KeepDirectory
from socsec.cli import main
from tests.issuer.office import Officer
from tests.issuer.world import Registered, Wallet
from tests.issuer.world import World as IssuerWorld
from tests.packaged import CATALOGUE
from tests.verifier.world import BASE_URL, ISSUER_URL, NOW, World, make_pilot_folder, make_world
from vc_core.catalogue import Catalogue
from vc_core.trust import Contact
from verifier.adapters.database import Database as VerifierDatabase
from verifier.app.service import build_app as build_verifier
from verifier.settings import VerifierSettings

URSSAF, NEW = "FR:117000", "FR:1234"
START = date(2020, 1, 1)
BY = "clerk@liaison.example"
CONTACT = Contact(street_address="1 rue Neuve", email="a1@new.example", website="https://new.example/", locality="Nice")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pilot, with the services' databases as they begin."""
    folder = tmp_path_factory.mktemp("directory") / "pilot"
    make_pilot_folder(folder)
    for database in (
        Database(IssuerSettings(data=folder, base_url=ISSUER_URL).database),
        VerifierDatabase(VerifierSettings(data=folder, base_url=BASE_URL).database),
    ):
        database.upgrade()
        database.close()
    return folder


@dataclass(frozen=True)
class Office:
    """The liaison body, an issuer and a verifier in one folder, at one time."""

    world: World
    settings: IssuerSettings
    directory: KeepDirectory
    verifier: TestClient
    public: TestClient

    def publish(self) -> None:
        operator = load_signer(self.world.folder / "pki" / "operator", "operator")
        self.settings.trust_list_file.write_text(self.directory.export(operator, term=timedelta(days=30)))

    def change(self, institution_id: str = URSSAF, **order: Any) -> None:
        self.directory.set(institution_id, DirectoryOrder(**order), actor=BY)

    def verdict(self, code: str) -> tuple[str, set[str | None]]:
        """The word, and the reasons of the checks that failed or could not be made."""
        body = {"text": code, "expected": {"day": self.world.clock.now.date().isoformat()}}
        answer = self.verifier.post("/v1/verify", json=body).json()
        failed = {one["reason"] for one in answer["checks"] if one["outcome"] in {"FAILED", "INDETERMINATE"}}
        return answer["verdict"], failed

    def look_up(self, **query: str) -> list[dict[str, Any]]:
        response = self.public.get("/directory/lookup", params={"country": "FR", "competence": "a1", **query})
        assert response.status_code == 200, response.text
        found: list[dict[str, Any]] = response.json()["institutions"]
        return found


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture
def office(template: Path, tmp_path: Path, catalogue: Catalogue) -> Iterator[Office]:
    folder = shutil.copytree(template, tmp_path / "pilot")
    world = make_world(folder, catalogue)
    settings = IssuerSettings(data=folder, base_url=ISSUER_URL)
    issuer = build_issuer(settings, clock=world.clock, random=world.random, catalogue=catalogue)
    verifier = build_verifier(
        VerifierSettings(data=folder, base_url=BASE_URL),
        clock=world.clock,
        random=world.random,
        fetch=world.lists,
        catalogue=catalogue,
    )
    database = Database(settings.database)
    directory = build_directory(settings, database, catalogue, world.clock)
    yield Office(world, settings, directory, TestClient(verifier), TestClient(issuer))
    database.close()


def competence(start: date = START, end: date | None = None, *postcodes: str, type_id: str = "a1") -> Competence:
    return Competence(type_id=type_id, issue_from=start, issue_until=end, postcodes=postcodes)


# ------------------------------------------------------------------------------------------- AC1: periods and verdicts
def test_what_was_signed_inside_the_period_is_confirmed_after_closure(office: Office) -> None:
    before = office.world.code()
    office.change(competence=competence(end=NOW.date() + timedelta(days=10)))
    office.world.clock.forward(days=20)
    office.publish()
    assert office.verdict(before) == ("CONFIRMED", set())
    after = office.world.code()
    assert office.verdict(after) == ("CANNOT_CONFIRM", {"issuer_not_competent"})


def test_what_was_signed_before_the_period_is_not_confirmed(office: Office) -> None:
    code = office.world.code()
    office.change(competence=competence(end=date(2021, 12, 31)))
    office.change(competence=competence(start=NOW.date() + timedelta(days=1)))
    office.publish()
    assert office.verdict(code) == ("CANNOT_CONFIRM", {"issuer_not_competent"})


def test_last_day_is_inside(office: Office) -> None:
    code = office.world.code()
    office.change(competence=competence(end=NOW.date()))
    office.publish()
    assert office.verdict(code) == ("CONFIRMED", set())


def test_issuer_signs_nothing_outside_the_period(office: Office) -> None:
    """Neither for the institution nor for a wallet, and nothing is left of the attempt."""
    keys = json.loads((office.world.folder / "api-keys.json").read_text())
    issuer = IssuerWorld(office.public.app, office.world.clock, office.world.catalogue, keys, office.settings.database)  # type: ignore[arg-type]
    wallet, registered = Wallet(issuer), issuer.register()
    assert wallet.redeem(registered).status_code == 200
    office.change(competence=competence(end=NOW.date()))
    office.publish()
    office.world.clock.forward(days=1)
    office.publish()
    assert issuer.document(registered)["state"] == "in_force"
    before = issuer.rows()["document"]
    response = issuer.post(issuer.a1())
    assert (response.status_code, response.json()["error"]) == (403, "institution_not_competent")
    officer = Officer.of(issuer)
    officer.sign_in()
    page = officer.make(json.dumps(issuer.a1()))
    assert (page.status_code, "not competent for this type of document today" in page.text) == (403, True)
    assert issuer.rows()["document"] == before
    assert wallet.redeem(issuer_offer(issuer, registered)).status_code == 200
    denied = wallet.collect("eu.europa.ec.eudi.pda1_sd_jwt_vc")
    assert (denied.status_code, denied.json()["error"]) == (400, "credential_request_denied")
    assert denied.json()["error_description"] == "institution_not_competent"


def issuer_offer(issuer: IssuerWorld, registered: Registered) -> Registered:
    """A new offer of a document."""
    offer = issuer.client().post(f"{registered.path}/offers", headers=issuer.auth()).json()
    return Registered({**registered.answer, "offer": offer}, registered.institution_id)


def test_competence_for_another_type_does_not_help(office: Office) -> None:
    code = office.world.code()
    office.change(competence=competence(end=date(2021, 12, 31)))
    office.change(competence=competence(type_id="ehic"))
    office.publish()
    assert office.verdict(code) == ("CANNOT_CONFIRM", {"issuer_not_competent"})


# --------------------------------------------------------------------------------------- AC2: the list and its history
def test_unchanged_list_confirms_as_before(office: Office) -> None:
    code = office.world.code()
    office.directory.begin()
    before = office.settings.trust_list_file.read_text()
    office.publish()
    assert office.settings.trust_list_file.read_text() != before
    assert office.verdict(code) == ("CONFIRMED", set())


def test_removed_key_is_seen_at_the_next_sync(office: Office) -> None:
    code = office.world.code()
    assert office.verdict(code) == ("CONFIRMED", set())
    office.directory.revoke(URSSAF, office.world.signer("a1").chain[0], actor=BY)
    assert office.verdict(code) == ("CONFIRMED", set())
    office.publish()
    word, reasons = office.verdict(code)
    assert word == "CANNOT_CONFIRM"
    assert reasons


def test_older_list_is_not_taken_after_a_newer_one(office: Office) -> None:
    code = office.world.code()
    older = office.settings.trust_list_file.read_text()
    office.directory.revoke(URSSAF, office.world.signer("a1").chain[0], actor=BY)
    office.publish()
    office.verdict(code)
    office.settings.trust_list_file.write_text(older)
    assert office.verdict(code)[0] == "CANNOT_CONFIRM"


def test_list_can_be_made_anew_after_it_has_run_out(office: Office) -> None:
    office.world.clock.forward(days=40)
    code = office.world.code()
    assert office.verdict(code)[0] == "CANNOT_CONFIRM"
    office.publish()
    assert office.verdict(code) == ("CONFIRMED", set())


def test_every_change_is_kept_with_who_and_when(office: Office) -> None:
    end = date(2027, 12, 31)
    office.change(competence=competence(end=end))
    office.world.clock.forward(days=1)
    office.change(names=(("fr", "Urssaf Caisse nationale"),))
    office.change(names=(("fr", "Urssaf Caisse nationale"),))
    imported, ended, named = office.directory.history(URSSAF)
    assert (imported.number, imported.actor) == (1, "imported from the trust list")
    assert imported.members["competences"][0] is None
    (before, after) = ended.members["competences"]
    assert (ended.at, ended.actor, set(ended.members)) == (NOW, BY, {"competences"})
    assert (before[0]["to"], after[0]["to"]) == (None, end.isoformat())
    assert (named.at, set(named.members)) == (NOW + timedelta(days=1), {"names"})


def test_new_institution_is_certified_like_its_compatriots(office: Office) -> None:
    office.change(NEW, names=(("en", "New office"),), contact=CONTACT, competence=competence(date(2024, 6, 3)))
    office.publish()
    entry = next(one for one in office.directory.all() if one.id == NEW)
    urssaf = next(one for one in office.directory.all() if one.id == URSSAF)
    assert (entry.anchors, entry.status_prefixes) == (urssaf.anchors, urssaf.status_prefixes)
    assert entry.trusted().entitled("a1", date(2024, 6, 3))
    assert not entry.trusted().entitled("a1", date(2024, 6, 2))


NEW_ONE = DirectoryOrder(names=(("en", "New office"),), contact=CONTACT, competence=competence(date(2024, 6, 3)))
REFUSED: dict[str, tuple[str, DirectoryOrder, type[Refusal]]] = {
    "type_unknown": (URSSAF, DirectoryOrder(competence=competence(type_id="a2")), CompetenceUnknown),
    "periods_overlap": (URSSAF, DirectoryOrder(competence=competence(date(2024, 6, 3))), CompetencesOverlap),
    "new_without_name": (NEW, replace(NEW_ONE, names=()), DirectoryEntryRefused),
    "new_without_contact": (NEW, replace(NEW_ONE, contact=None), DirectoryEntryRefused),
    "new_without_competence": (NEW, replace(NEW_ONE, competence=None), DirectoryEntryRefused),
    "id_malformed": ("FR1234", NEW_ONE, DirectoryEntryRefused),
    "country_without_anchor": ("IT:1234", NEW_ONE, DirectoryEntryRefused),
    "website_a_script": (
        NEW,
        replace(NEW_ONE, contact=replace(CONTACT, website="javascript:alert(1)")),
        DirectoryEntryRefused,
    ),
}


@pytest.mark.parametrize(("institution_id", "order", "refusal"), REFUSED.values(), ids=REFUSED)
def test_refused_and_nothing_changed(
    office: Office, institution_id: str, order: DirectoryOrder, refusal: type[Refusal]
) -> None:
    before = office.directory.all()
    with pytest.raises(refusal):
        office.directory.set(institution_id, order, actor=BY)
    assert office.directory.all() == before


def test_unknown_institution_has_no_history_and_no_keys(office: Office) -> None:
    with pytest.raises(NotInDirectory):
        office.directory.history(NEW)
    with pytest.raises(NotInDirectory):
        office.directory.revoke(NEW, office.world.signer("a1").chain[0], actor=BY)


def test_directory_does_not_begin_with_a_list_of_somebody_else(office: Office, tmp_path: Path) -> None:
    """The one change: the list is signed by another operator than the one pinned."""
    other = tmp_path / "other"
    make_pilot_folder(other, seed="other")
    settings = IssuerSettings(
        data=office.world.folder,
        base_url=ISSUER_URL,
        database_url=f"sqlite:///{tmp_path / 'other.sqlite3'}",
        trust_list=other / "pki" / "trust-list.jwt",
    )
    database = Database(settings.database)
    database.upgrade()
    with pytest.raises(DirectoryUnreadable):
        build_directory(settings, database, office.world.catalogue, office.world.clock).begin()
    database.close()


# ------------------------------------------------------------------------------------------------------- AC3: look-up
def test_look_up_by_country_competence_and_postcode(office: Office) -> None:
    office.change(
        NEW,
        names=(("en", "Office of the South"), ("fr", "Caisse du Sud")),
        contact=CONTACT,
        competence=competence(date(2024, 6, 3), None, "13", "06"),
    )
    assert [one["id"] for one in office.look_up()] == [URSSAF, NEW]
    assert [one["id"] for one in office.look_up(postcode="75002")] == [URSSAF]
    (found,) = office.look_up(postcode="13001", lang="fr")
    assert (found["id"], found["name"], found["contact"]["email"]) == (NEW, "Caisse du Sud", "a1@new.example")
    assert found["competence"] == {"type": "a1", "from": "2024-06-03", "to": None, "postcodes": ["13", "06"]}
    (other,) = office.look_up(postcode="13001", lang="de")
    assert other["name"] == "Office of the South"
    assert [one["id"] for one in office.look_up(postcode="13001", on="2024-06-02")] == [URSSAF]
    assert office.look_up(country="IT") == []
    assert [one["id"] for one in office.look_up(country="ro")] == ["RO:CNPP01"]


@pytest.mark.parametrize(
    ("change", "status", "code", "pointer"),
    [
        ({"country": ""}, 400, "lookup_malformed", "/country"),
        ({"country": "FRA"}, 400, "lookup_malformed", "/country"),
        ({"competence": ""}, 400, "lookup_malformed", "/competence"),
        ({"postcode": "13%"}, 400, "lookup_malformed", "/postcode"),
        ({"on": "2026-02-30"}, 400, "lookup_malformed", "/on"),
        ({"lang": "fra"}, 400, "lookup_malformed", "/lang"),
        ({"competence": "a2"}, 404, "competence_unknown", None),
    ],
)
def test_look_up_refused(office: Office, change: dict[str, str], status: int, code: str, pointer: str | None) -> None:
    query = {"country": "FR", "competence": "a1", "postcode": "13001", **change}
    response = office.public.get("/directory/lookup", params=query)
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert response.json().get("pointer") == pointer


@pytest.mark.parametrize(
    ("language", "heading"), [("fr", "Institutions compétentes"), ("de", "Zuständige Träger"), ("el", "Competent")]
)
def test_page_for_anybody(office: Office, language: str, heading: str) -> None:
    query = {"country": "fr", "competence": "a1", "postcode": "13001"}
    response = office.public.get("/directory", params=query, headers={"Accept-Language": language})
    assert response.status_code == 200
    assert f'<html lang="{language if language != "el" else "en"}">' in response.text
    assert heading in response.text
    assert "Urssaf (FR:117000)" in response.text
    assert "<script" not in response.text
    assert office.public.get("/directory.css").headers["content-type"].startswith("text/css")


def test_page_is_styled_as_far_as_it_has_fields_and_problems(office: Office) -> None:
    page = office.public.get("/directory", params={"country": "<b>", "competence": "a1"}).text
    sheet = office.public.get("/directory.css").text
    for rule in ("label {", "input:not(", "select, ", ".problem {", ".button {"):
        assert rule in sheet
    for used in ("<label", "<input", "<select", 'class="problem"', 'class="button"'):
        assert used in page


def test_page_says_what_is_malformed(office: Office) -> None:
    response = office.public.get("/directory", params={"country": "<b>", "competence": "a1"})
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert "<b>" not in response.text


# --------------------------------------------------------------------------------------------------------- command line
Run = Callable[..., tuple[int, list[Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`socsec directory ...` on a pilot of today: exit status and the JSON lines printed."""
    data = tmp_path / "today"
    runner = CliRunner()
    assert runner.invoke(main, ["pki", "init", str(data)]).exit_code == 0

    def run_it(*arguments: str) -> tuple[int, list[Any]]:
        result = runner.invoke(main, ["directory", *arguments, "--data", str(data)])
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]

    return run_it


def test_command_line_sets_lists_and_exports(run: Run, tmp_path: Path) -> None:
    period = ("--competence", "A1", "--from", "2024-06-03", "--to", "2030-12-31", "--postcodes", "13, 06")
    contact = ("--street", "1 rue Neuve", "--email", "a1@new.example", "--website", "https://new.example/")
    code, (entry,) = run("set", NEW, "--name", "Caisse du Sud", "--lang", "fr", *period, *contact, "--by", BY)
    assert code == 0
    assert entry["competences"] == [
        {"competence": "a1", "from": "2024-06-03", "to": "2030-12-31", "postcodes": ["13", "06"]}
    ]
    assert NEW in [one["id"] for one in run("list")[1]]
    (change,) = run("history", NEW)[1]
    assert (change["number"], change["by"]) == (1, BY)
    place = tmp_path / "list.jwt"
    assert run("export", "--out", str(place))[0] == 0
    assert place.read_text().count(".") == 2
    signer = tmp_path / "today" / "pki" / "institutions" / "FR-117000" / "document_signer.pem"
    code, (revoked,) = run("revoke", URSSAF, str(signer), "--by", BY)
    assert (code, revoked["signers"], len(revoked["revoked"])) == (0, [], 1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("set", URSSAF, "--competence", "a1"), 2),
        (("set", URSSAF, "--email", "a@b.example"), 2),
        (("set", URSSAF, "--competence", "a1", "--from", "2020-01-01", "--to", "2019-12-31"), 1),
        (("set", URSSAF, "--competence", "a1", "--from", "2024-06-03"), 1),
        (("set", NEW, "--competence", "a1", "--from", "2024-06-03"), 1),
        (("revoke", URSSAF, "nowhere.pem"), 1),
        (("history", NEW), 1),
    ],
    ids=["no_day", "half_a_contact", "ends_before", "overlaps", "new_unnamed", "no_file", "unknown"],
)
def test_command_line_refuses(run: Run, arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments)[0] == code
