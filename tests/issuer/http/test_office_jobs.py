"""The back office's pages for bulk jobs, without JavaScript: hand in a file, see how far it is, get what was wrong."""

import gzip
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from tests.issuer.bulk import work
from tests.issuer.conftest import MakeWorld
from tests.issuer.office import Officer, forms
from tests.issuer.world import CNAM, DRV, World

FILLED = {"type": "ehic", "form": "ndjson", "mode": "register"}


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office-jobs") / "spool"


@pytest.fixture(scope="module")
def idle(make_world: MakeWorld, spool: Path) -> World:
    """An issuer whose jobs wait until `work` is called."""
    return make_world(spool=spool, job_seconds=None, bulk_upload_bytes=50_000, bulk_content_bytes=200_000)


@pytest.fixture
def officer(idle: World) -> Officer:
    signed_in = Officer.of(idle, CNAM)
    assert signed_in.sign_in().status_code == 200
    return signed_in


def rows(*claims: Any) -> bytes:
    return b"\n".join(orjson.dumps(one) for one in claims)


def hand_in(officer: Officer, content: bytes, **filled: str) -> httpx2.Response:
    form = forms(officer.open("/office/jobs"))["jobs"]
    fields = {name: value for name, value in form.fields.items() if name != "file"}
    return officer.client.post(form.action, data={**fields, **FILLED, **filled}, files={"file": ("rows", content)})


def assert_nothing_left(world: World, spool: Path, before: Any) -> None:
    assert world.rows() == before
    assert not spool.exists() or list(spool.iterdir()) == []


@pytest.mark.parametrize("write", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_handed_in_followed_and_accounted_for(
    officer: Officer, idle: World, pilot: tuple[Path, Any], spool: Path, write: type[bytes]
) -> None:
    first, faulty = idle.ehic(), {**idle.ehic(), "date_of_expiry": "2020-01-01"}
    page = hand_in(officer, write(rows(first, faulty, first)))
    assert page.status_code == 200
    assert page.url.path.startswith("/office/jobs/")
    assert '<p role="status" class="going" id="state">Waiting</p>' in page.text
    assert "Refresh" not in page.headers

    followed = officer.open(f"{page.url.path}?follow=1")
    assert followed.headers["Refresh"] == "5"
    assert f'href="{page.url.path}"' in followed.text

    work(idle, pilot[0], spool)
    finished = officer.open(f"{page.url.path}?follow=1")
    assert "Refresh" not in finished.headers
    assert '<p role="status" class="done" id="state">Finished</p>' in finished.text
    for name in ("issued", "failed", "duplicate"):
        assert f'<dd id="{name}">1</dd>' in finished.text
    assert 'data-rule="EH-05"' in finished.text
    assert faulty["document_number"] in finished.text

    results = officer.open(f"{page.url.path}/results")
    assert results.headers["content-type"] == "application/x-ndjson"
    assert results.headers["content-disposition"].startswith("attachment")
    assert results.headers["cache-control"] == "no-store"
    assert [orjson.loads(line)["code"] for line in results.content.splitlines()] == ["EH-05", "DUPLICATE"]
    assert f'href="{page.url.path}"' in officer.open("/office/jobs").text


def test_a_check_registers_nothing(officer: Officer, idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    before = idle.rows()["document"]
    page = hand_in(officer, rows(idle.ehic()), mode="check")
    work(idle, pilot[0], spool)
    finished = officer.open(page.url.path).text
    assert "Check only: register nothing" in finished
    assert '<dt>Without fault</dt><dd id="issued">1</dd>' in finished
    assert 'id="no-faults"' in finished
    assert idle.rows()["document"] == before


def test_the_template_of_a_type(officer: Officer, idle: World) -> None:
    template = officer.open("/office/jobs/templates/ehic")
    expected = idle.client().get("/v1/ehic/csv-template", headers=idle.auth(CNAM))
    assert template.content == expected.content
    assert template.headers["content-disposition"] == 'attachment; filename="ehic.csv"'
    assert officer.open("/office/jobs/templates/a1").status_code == 403
    assert officer.open("/office/jobs/templates/nothing").status_code == 404


GOOD = b'{"document_number": "1"}'


@pytest.mark.parametrize(
    ("content", "filled", "status", "said"),
    [
        pytest.param(b"", {}, 400, "The file holds no rows.", id="empty"),
        pytest.param(b"colour\nred\n", {"form": "csv"}, 400, "no such column: <code>colour</code>", id="column"),
        pytest.param(gzip.compress(GOOD)[:-4], {}, 400, "no whole gzip file", id="gzip_cut_short"),
        pytest.param(gzip.compress(b"\n" * 200_001), {}, 400, "too large when unpacked", id="too_large_inflated"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_its_field(
    officer: Officer, idle: World, spool: Path, content: bytes, filled: dict[str, str], status: int, said: str
) -> None:
    before = idle.rows()
    page = hand_in(officer, content, mode="check", **filled)
    assert page.status_code == status
    assert page.text.count(said) == 2, "in the summary and at the field"
    assert 'aria-describedby="file-hint file-fault" aria-invalid="true"' in page.text
    assert '<a class="target" href="#rows-file">' in page.text
    assert '<option value="check" selected>' in page.text
    assert_nothing_left(idle, spool, before)


def test_a_file_that_is_announced_as_too_large_is_not_even_read(officer: Officer, idle: World, spool: Path) -> None:
    before = idle.rows()
    page = hand_in(officer, b"\n" * 70_000)
    assert (page.status_code, "The content is too large: at most 50000 bytes." in page.text) == (413, True)
    assert 'aria-invalid="true"' in page.text
    assert_nothing_left(idle, spool, before)


@pytest.mark.parametrize(
    ("filled", "status", "code"),
    [
        ({"type": "a1"}, 403, "type_not_entitled"),
        ({"type": "nothing"}, 404, "type_unknown"),
        ({"form": "xml"}, 400, "office_form_malformed"),
        ({"mode": "other"}, 400, "office_form_malformed"),
        ({"colour": "red"}, 400, "office_form_malformed"),
        ({"token": ""}, 403, "office_form_foreign"),
        ({"token": "AAAA"}, 403, "office_form_foreign"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    officer: Officer, idle: World, spool: Path, filled: dict[str, str], status: int, code: str
) -> None:
    before = idle.rows()
    page = hand_in(officer, GOOD, **filled)
    assert (page.status_code, f'data-code="{code}"' in page.text) == (status, True)
    assert_nothing_left(idle, spool, before)


def test_a_form_that_breaks_off_leaves_nothing_behind(officer: Officer, idle: World, spool: Path) -> None:
    token = forms(officer.open("/office/jobs"))["jobs"].fields["token"]
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, v in {**FILLED, "token": token}.items()
    ]
    parts.append('--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n{}')
    before = idle.rows()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    page = officer.client.post("/office/jobs", content="\r\n".join(parts).encode(), headers=headers)
    assert (page.status_code, 'data-code="office_form_malformed"' in page.text) == (400, True)
    assert_nothing_left(idle, spool, before)


def test_nobody_hands_in_without_signing_in(idle: World, spool: Path) -> None:
    before = idle.rows()
    answer = Officer.of(idle).client.post("/office/jobs", data=FILLED, files={"file": ("rows", GOOD)})
    assert "Sign in" in answer.text
    assert_nothing_left(idle, spool, before)


def test_whoever_is_no_clerk_sees_jobs_and_hands_in_none(idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    approver = Officer.of(idle, DRV)
    approver.key = orjson.loads((pilot[0] / "approver-keys.json").read_bytes())[DRV]
    approver.sign_in()
    page = approver.open("/office/jobs")
    assert (page.status_code, 'id="hand-in"' in page.text) == (200, False)
    token = forms(page)["sign-out"].fields["token"]
    before = idle.rows()
    answer = approver.client.post("/office/jobs", data={**FILLED, "token": token}, files={"file": ("rows", GOOD)})
    assert (answer.status_code, 'data-code="role_missing"' in answer.text) == (403, True)
    assert_nothing_left(idle, spool, before)


def test_no_institution_sees_the_jobs_of_another(
    officer: Officer, idle: World, pilot: tuple[Path, Any], spool: Path
) -> None:
    path = hand_in(officer, rows(idle.ehic())).url.path
    other = Officer.of(idle, DRV)
    other.sign_in()
    for address in (path, f"{path}/results"):
        page = other.open(address)
        assert (page.status_code, 'data-code="job_unknown"' in page.text) == (404, True)
    assert path not in other.open("/office/jobs").text
    work(idle, pilot[0], spool)


def test_unfinished_jobs_are_bounded(officer: Officer, idle: World, pilot: tuple[Path, Any], spool: Path) -> None:
    pages = [hand_in(officer, rows(idle.ehic())) for _ in range(21)]
    assert [page.status_code for page in pages] == [200] * 20 + [429]
    assert "as many unfinished files" in pages[-1].text
    work(idle, pilot[0], spool)
    assert list(spool.iterdir()) == []
