"""`POST /v1/verify`: codes, credentials and presentations, handed in as text, image or file; and the identity step."""

from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.verifier.wallet import ask, bearer, form, present
from tests.verifier.world import World
from vc_core import base64url, qr
from vc_core.checks import CATALOGUE

SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
DAY = {"day": "2026-02-15"}


def verify(client: TestClient, text: str, **expected: Any) -> dict[str, Any]:
    answer = client.post("/v1/verify", json={"text": text, "expected": {**DAY, **expected}})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


# ------------------------------------------------------------------------------------------------------ what is judged
@pytest.mark.parametrize("type_id", ["a1", "ehic"])
def test_a_good_code_is_confirmed_and_asks_for_the_identity_step(
    client: TestClient, world: World, type_id: str
) -> None:
    verdict = verify(client, world.code(type_id=type_id))
    assert (verdict["verdict"], verdict["deciding"], verdict["holder_proof"]) == ("CONFIRMED", [], False)
    assert verdict["identity_compared"] == "no"
    assert verdict["document"]["type_id"] == type_id


def test_every_check_is_answered_once(client: TestClient, world: World) -> None:
    ids = [check["id"] for check in verify(client, world.code())["checks"]]
    assert len(ids) == len(set(ids))
    assert set(CATALOGUE) <= set(ids)


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_a_credential_as_issued_is_confirmed_without_a_proof(client: TestClient, world: World, format_id: str) -> None:
    verdict = verify(client, world.credential(format_id).text)
    assert (verdict["verdict"], verdict["holder_proof"]) == ("CONFIRMED", False)


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
@pytest.mark.parametrize(
    ("nonce", "word", "failed"),
    [
        pytest.param(None, "CONFIRMED", set(), id="good_proof"),
        pytest.param("another", "CANNOT_CONFIRM", {"holder.nonce", "holder.signature"}, id="nonce_of_another"),
    ],
)
def test_a_presentation_is_judged_against_a_challenge(
    client: TestClient, world: World, format_id: str, nonce: str | None, word: str, failed: set[str]
) -> None:
    """A harness hands in what a wallet sent it, with what the proof has to answer."""
    asked = ask(client)
    [[text]] = present(world, asked, world.credential(format_id)).values()
    challenge = asked.challenge()
    body = {
        "text": text,
        "expected": DAY,
        "challenge": {
            "nonce": nonce or challenge.nonce,
            "client_id": challenge.client_id,
            "response_uri": challenge.response_uri,
            "encryption_thumbprint": base64url.encode(challenge.encryption_thumbprint or b""),
        },
    }
    verdict = client.post("/v1/verify", json=body).json()
    assert verdict["verdict"] == word
    assert set(verdict["deciding"]) <= failed


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_a_credential_without_a_proof_does_not_answer_a_challenge(
    client: TestClient, world: World, format_id: str
) -> None:
    body = {"text": world.credential(format_id).text, "expected": DAY,
            "challenge": {"nonce": "n", "client_id": "x509_hash:x"}}  # fmt: skip
    verdict = client.post("/v1/verify", json=body).json()
    assert (verdict["verdict"], verdict["deciding"][0]) == ("CANNOT_CONFIRM", "holder.binding")


EXPECTED = [
    pytest.param({}, "CONFIRMED", [], id="nothing_asked"),
    pytest.param({"host_state": "DE"}, "CONFIRMED", [], id="state"),
    pytest.param({"host_state": "FR"}, "NOT_COVERED", ["coverage.state"], id="other_state"),
    pytest.param({"day": "2026-01-31"}, "NOT_COVERED", ["validity.coverage"], id="day_before"),
    pytest.param({"day": "2028-02-01"}, "NOT_COVERED", ["validity.coverage"], id="day_after"),
    pytest.param({"employer": "Ateliers Durance SAS"}, "CONFIRMED", [], id="employer"),
    pytest.param({"employer": "Somebody else"}, "NOT_COVERED", ["coverage.employer"], id="other_employer"),
    pytest.param({"person": {"family_name": "MOREAU"}}, "CONFIRMED", [], id="person"),
    pytest.param({"person": {"family_name": "Dupont"}}, "NOT_COVERED", ["coverage.person"], id="other_person"),
]


@pytest.mark.parametrize(("expected", "word", "deciding"), EXPECTED)
def test_a_document_is_judged_against_what_is_expected(
    client: TestClient, world: World, expected: dict[str, Any], word: str, deciding: list[str]
) -> None:
    claims = world.claims("a1", "valid_posted_24_months")
    verdict = verify(client, world.code(claims=claims), **expected)
    assert (verdict["verdict"], verdict["deciding"]) == (word, deciding)


def test_another_person_than_expected_is_a_mismatch(client: TestClient, world: World) -> None:
    verdict = verify(client, world.code(), person={"family_name": "Dupont"})
    assert verdict["identity_compared"] == "mismatch"


def test_without_a_day_today_is_meant(client: TestClient, world: World) -> None:
    world.clock.forward(days=1000)
    assert client.post("/v1/verify", json={"text": world.code()}).json()["verdict"] == "CANNOT_CONFIRM"


def test_a_withdrawn_code(client: TestClient, world: World) -> None:
    code = world.code()
    assert verify(client, code)["verdict"] == "CONFIRMED"
    world.withdraw_last()
    world.clock.forward(seconds=2)
    verdict = verify(client, code)
    assert (verdict["verdict"], verdict["deciding"]) == ("WITHDRAWN", ["status.value"])


def test_a_tampered_code(client: TestClient, world: World) -> None:
    verdict = verify(client, world.tampered_code())
    assert (verdict["verdict"], verdict["deciding"]) == ("CANNOT_CONFIRM", ["integrity.issuer_signature"])
    assert world.lists.calls == [], "nobody asks about what is not genuine"


@pytest.mark.parametrize("text", ["https://example.org/", "HC1:ABC", "SSC1:", "ey~", "A" * 100_000])
def test_what_is_no_certificate_cannot_be_confirmed(client: TestClient, text: str) -> None:
    verdict = verify(client, text)
    assert (verdict["verdict"], verdict["deciding"]) == ("CANNOT_CONFIRM", ["format.well_formed"])
    assert (verdict["claims"], verdict["document"].get("type_id")) == ({}, None)


# -------------------------------------------------------------------------------------------------- how it is handed in
def test_an_image_of_a_code(client: TestClient, world: World) -> None:
    png = qr.png(world.code())
    answer = client.post("/v1/verify", params=DAY, content=png, headers={"Content-Type": "image/png"})
    assert answer.json()["verdict"] == "CONFIRMED"


def test_a_photo_of_a_code_is_judged_against_its_query(client: TestClient, world: World, tmp_path: Any) -> None:
    (tmp_path / "code.png").write_bytes(qr.png(world.code()))
    Image.open(tmp_path / "code.png").convert("L").save(tmp_path / "code.jpg", quality=80)
    params = {**DAY, "host_state": "FR", "family_name": "Moreau", "birth_date": "1988-04-12"}
    answer = client.post(
        "/v1/verify", params=params, content=(tmp_path / "code.jpg").read_bytes(),
        headers={"Content-Type": "image/jpeg"},
    )  # fmt: skip
    verdict = answer.json()
    assert (verdict["verdict"], verdict["deciding"]) == ("NOT_COVERED", ["coverage.state"])


@pytest.mark.parametrize("kind", ["device_response", "issuer_signed"])
def test_cbor_as_the_body_or_as_a_file(client: TestClient, world: World, kind: str) -> None:
    """As ISO/IEC 18013-5 has it, in bytes."""
    held = world.credential(MDOC)
    asked = ask(client)
    texts = {"issuer_signed": held.text, "device_response": next(iter(present(world, asked, held).values()))[0]}
    body = base64url.decode(texts[kind])
    answer = client.post("/v1/verify", params=DAY, content=body, headers={"Content-Type": "application/cbor"})
    assert answer.json()["verdict"] == "CONFIRMED"
    form = client.post("/v1/verify", data=DAY, files={"file": ("response.cbor", body, "application/cbor")})
    assert form.json()["verdict"] == "CONFIRMED"
    cut = client.post("/v1/verify", params=DAY, content=body[:-1], headers={"Content-Type": "application/cbor"})
    assert cut.json()["deciding"] == ["format.well_formed"]


@pytest.mark.parametrize("kind", ["image", "text_file", "text_field"])
def test_a_form_with_a_file(client: TestClient, world: World, kind: str) -> None:
    code = world.code()
    parts = {
        "image": {"files": {"file": ("code.png", qr.png(code), "image/png")}},
        "text_file": {"files": {"file": ("code.txt", f"{code}\n", "text/plain")}},
        "text_field": {"files": {"text": (None, code)}},
    }[kind]
    answer = client.post("/v1/verify", data={**DAY, "host_state": "AT", "employer": ""}, **parts)  # type: ignore[arg-type]
    verdict = answer.json()
    assert (verdict["verdict"], verdict["deciding"]) == ("NOT_COVERED", ["coverage.state"])


def test_of_several_codes_in_an_image_the_certificate_is_judged(
    client: TestClient, world: World, tmp_path: Any
) -> None:
    (tmp_path / "one.png").write_bytes(qr.png("https://example.org/"))
    (tmp_path / "two.png").write_bytes(qr.png(world.code()))
    first, second = (Image.open(tmp_path / name).convert("L") for name in ("one.png", "two.png"))
    both = Image.new("L", (first.width + second.width, max(first.height, second.height)), 255)
    both.paste(first, (0, 0))
    both.paste(second, (first.width, 0))
    both.save(tmp_path / "both.png")
    answer = client.post(
        "/v1/verify", params=DAY, content=(tmp_path / "both.png").read_bytes(), headers={"Content-Type": "image/png"}
    )
    assert answer.json()["verdict"] == "CONFIRMED"


BAD = [
    pytest.param(b"{}", "application/json", 400, "body_malformed", id="text_missing"),
    pytest.param(b'{"text":""}', "application/json", 400, "body_malformed", id="text_empty"),
    pytest.param(b'{"text":"a","text":"b"}', "application/json", 400, "body_malformed", id="member_repeated"),
    pytest.param(b'{"text":"a","expect":{}}', "application/json", 400, "body_malformed", id="member_unknown"),
    pytest.param(
        b'{"text":"a","challenge":{"nonce":"n"}}', "application/json", 400, "body_malformed", id="client_id_missing"
    ),
    pytest.param(
        b'{"text":"a","challenge":{"nonce":"n","client_id":"c","encryption_thumbprint":"="}}',
        "application/json", 400, "body_malformed", id="thumbprint_malformed",
    ),
    pytest.param(b"text=a", "application/x-www-form-urlencoded", 415, "media_type_not_supported", id="plain_form"),
    pytest.param(b"text", "text/plain", 415, "media_type_not_supported", id="plain_text"),
    pytest.param(b"not an image", "image/png", 422, "image_unreadable", id="not_an_image"),
    pytest.param(b"--x--", "multipart/form-data", 400, "body_malformed", id="form_without_boundary"),
    pytest.param(b"--x--\r\n", "multipart/form-data; boundary=x", 400, "body_malformed", id="form_empty"),
    pytest.param(b"a" * (9 * 1024 * 1024), "image/png", 413, "body_too_large", id="too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "media_type", "status", "error"), BAD)
def test_what_cannot_be_taken_in_is_refused(
    client: TestClient, content: bytes, media_type: str, status: int, error: str
) -> None:
    answer = client.post("/v1/verify", content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_an_image_without_a_code(client: TestClient, tmp_path: Any) -> None:
    Image.new("L", (200, 200), 255).save(tmp_path / "white.png")
    answer = client.post(
        "/v1/verify", content=(tmp_path / "white.png").read_bytes(), headers={"Content-Type": "image/png"}
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "no_code_found")


@pytest.mark.parametrize("params", [{"day": "tomorrow"}, {"host_state": "Germany"}, {"birth_date": "1988"}])
def test_a_malformed_expectation_is_refused(client: TestClient, world: World, params: dict[str, str]) -> None:
    answer = client.post(
        "/v1/verify", params=params, content=qr.png(world.code()), headers={"Content-Type": "image/png"}
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "body_malformed")


# -------------------------------------------------------------------------------------------------- the identity step
@pytest.mark.parametrize("answer", ["yes", "no", "mismatch"])
def test_the_identity_step_of_a_code_is_recorded(client: TestClient, world: World, answer: str) -> None:
    verdict = verify(client, world.code())
    recorded = client.post(
        f"/v1/verdicts/{verdict['id']}/identity",
        json={"identity_compared": answer},
        headers=bearer(verdict["identity_token"]),
    )
    assert recorded.status_code == 200
    assert recorded.json() == {"id": verdict["id"], "verdict": "CONFIRMED", "identity_compared": answer}


def test_the_identity_step_of_a_request_is_recorded(client: TestClient, world: World) -> None:
    asked = ask(client)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
    for answer in ("mismatch", "yes"):
        recorded = client.post(
            f"/v1/requests/{asked.offer['id']}/identity",
            json={"identity_compared": answer},
            headers=bearer(asked.offer["read_token"]),
        )
        assert [verdict["identity_compared"] for verdict in recorded.json()["verdicts"]] == [answer]


def test_without_a_verdict_there_is_nothing_to_compare(client: TestClient) -> None:
    asked = ask(client)
    answer = client.post(
        f"/v1/requests/{asked.offer['id']}/identity",
        json={"identity_compared": "yes"},
        headers=bearer(asked.offer["read_token"]),
    )
    assert (answer.status_code, answer.json()["error"]) == (409, "nothing_to_compare")


IDENTITY = [
    pytest.param({"identity_compared": "perhaps"}, {}, 400, "body_malformed", id="answer_unknown"),
    pytest.param({}, {}, 400, "body_malformed", id="answer_missing"),
    pytest.param({"identity_compared": "yes"}, {"Authorization": "Bearer x"}, 401, "token_wrong", id="token_wrong"),
    pytest.param({"identity_compared": "yes"}, {"Authorization": ""}, 401, "token_wrong", id="token_missing"),
]


@pytest.mark.parametrize(("body", "headers", "status", "error"), IDENTITY)
def test_a_bad_identity_step_is_refused(
    client: TestClient, world: World, body: dict[str, str], headers: dict[str, str], status: int, error: str
) -> None:
    verdict = verify(client, world.code())
    token = bearer(verdict["identity_token"])
    answer = client.post(f"/v1/verdicts/{verdict['id']}/identity", json=body, headers={**token, **headers})
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_the_identity_step_of_an_unknown_verdict(client: TestClient) -> None:
    answer = client.post(
        "/v1/verdicts/AAAAAAAAAAAAAAAAAAAAAA/identity", json={"identity_compared": "yes"}, headers=bearer("x")
    )
    assert (answer.status_code, answer.json()["error"]) == (404, "verdict_unknown")


def test_a_verdict_on_a_request_has_no_token_of_its_own(client: TestClient, world: World) -> None:
    asked = ask(client)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT))))
    result = client.get(f"/v1/requests/{asked.offer['id']}", headers=bearer(asked.offer["read_token"])).json()
    [verdict] = result["verdicts"]
    answer = client.post(
        f"/v1/verdicts/{verdict['id']}/identity",
        json={"identity_compared": "yes"},
        headers=bearer(asked.offer["read_token"]),
    )
    assert answer.status_code == 404
