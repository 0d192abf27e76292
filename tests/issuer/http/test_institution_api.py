"""The interface for institutions, through HTTP: users' journeys J1 and J3, tenancy, idempotency, withdrawal."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.issuer.conftest import MakeWorld
from tests.issuer.world import CNAM, DRV, URSSAF, Registered, Wallet, World
from vc_core import inspection_code, qr, strict_json
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.inspection_code import ParsedInspectionCode
from vc_core.formats.registry import INSPECTION_CODE, WALLET_FORMATS
from vc_core.status_token import parse_token

# --- registering


def test_registered(world: World) -> None:
    """J1, AC1: one POST gives the document, an offer and an inspection code."""
    claims = world.a1()
    response = world.post(claims)
    answer = response.json()
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert answer["document_number"] == claims["document_number"]
    assert (answer["type"], answer["state"], answer["version"]) == ("a1", "in_force", 1)
    assert answer["offer"]["url"].startswith("openid-credential-offer://?credential_offer_uri=https://issuer.example/")
    assert len(answer["offer"]["tx_code"]) == 6
    assert answer["offer"]["tx_code"].isdecimal()
    assert answer["offer"]["expires_at"] == "2026-02-16T10:00:00Z"
    code = _parsed_code(answer).code
    assert code.members[1] == claims["credential_holder"]["family_name"]


def _parsed_code(answer: Mapping[str, Any]) -> ParsedInspectionCode:
    return INSPECTION_CODE.parse(UnverifiedPresentation(text=answer["inspection_code"]["text"]))


def test_same_request_again_gives_the_same_answer_and_one_row(world: World) -> None:
    """J1, AC2."""
    claims = world.a1()
    first = world.post(claims, key="again")
    before = world.rows()
    second = world.post(dict(reversed(claims.items())), key="again")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.content == first.content
    assert world.rows() == before


def test_same_answer_after_the_document_has_changed(world: World) -> None:
    claims = world.a1()
    first = world.post(claims, key="changed-since")
    world.withdraw(Registered(first.json(), URSSAF))
    assert world.post(claims, key="changed-since").content == first.content


def test_idempotency_keys_of_two_institutions_do_not_meet(world: World) -> None:
    one = world.post(world.a1(), key="shared")
    other = world.post(world.ehic(), type_id="ehic", institution_id=CNAM, key="shared")
    assert (one.status_code, other.status_code) == (201, 201)


def test_retroactive(world: World) -> None:
    """J1, AC4: a start before today is lawful and marked."""
    claims = world.a1()
    claims["starting_date"] = "2026-02-14"
    claims["date_of_issuance"] = "2026-02-15"
    answer = world.post(claims).json()
    assert answer["retroactive"] is True
    assert [note["rule"] for note in answer["notes"]] == ["A1-12"]
    claims = world.a1()
    claims["starting_date"] = "2026-02-15"
    assert world.post(claims).json()["retroactive"] is False


def test_all_faults_are_listed_with_pointer_rule_source_and_box(world: World) -> None:
    """J1, AC3: every fault at once."""
    claims = world.a1()
    claims["ending_date"] = "2025-01-31"
    claims["legislation_country"] = "EL"
    claims["authentic_source"]["id"] = "FR:1"
    before = world.rows()
    response = world.post(claims)
    answer = response.json()
    assert response.status_code == 422
    assert answer["error"] == "document_faulty"
    found = {(fault["rule"], fault["pointer"], fault["box"]) for fault in answer["faults"]}
    assert {
        ("A1-01", "/ending_date", "2.3"),
        ("A1-07", "/legislation_country", "2.1"),
        ("A1-08", "/authentic_source/id", "6"),
        ("A1-22", "/legislation_country", "5"),
        ("competent_institution", "/authentic_source/id", "6"),
    } <= found
    assert all(fault["message"] and fault["citation"] and fault["severity"] == "refuse" for fault in answer["faults"])
    assert world.rows() == before


def test_warnings_stand_beside_the_answer(world: World) -> None:
    claims = world.a1()
    claims["work_information"]["work_address"][0]["country"] = "FR"
    answer = world.post(claims).json()
    assert [(note["rule"], note["severity"]) for note in answer["notes"]] == [("A1-05", "warn")]


def test_document_that_says_too_much_for_a_code_is_registered_without_one(world: World) -> None:
    claims = world.a1()
    signs = "".join(chr(0x100 + index) for index in range(155))
    claims["credential_holder"]["family_name"] = signs
    claims["credential_holder"]["given_name"] = signs[::-1]
    claims["employer"] = [
        {**claims["employer"][0], "id": f"8001234560001{index}", "name": signs[index : index + 100]}
        for index in range(3)
    ]
    registered = world.register(claims)
    assert registered.answer["inspection_code"] is None
    assert [note["rule"] for note in registered.answer["notes"]] == ["inspection_code"]
    again = world.client().get(f"{registered.path}/inspection-code", headers=world.auth())
    assert (again.status_code, again.json()["error"]) == (404, "no_inspection_code")
    assert world.withdraw(registered).status_code == 200


# --- what is refused, with nothing changed


def _headers(world: World, **changes: str) -> dict[str, str]:
    return {**world.auth(), "Idempotency-Key": "refused", **changes}


Call = Callable[[World], dict[str, Any]]
"""What is posted to /v1/a1, but for one thing as it should be."""

REFUSED: dict[str, tuple[Call, int, str]] = {
    "no_key": (lambda w: {"headers": {"Idempotency-Key": "x"}, "json": w.a1()}, 401, "api_key_missing"),
    "key_of_nobody": (
        lambda w: {"headers": _headers(w, Authorization="Bearer nobody"), "json": w.a1()}, 401, "api_key_unknown"
    ),
    "key_in_the_basic_scheme": (
        lambda w: {"headers": _headers(w, Authorization="Basic bm9ib2R5"), "json": w.a1()}, 401, "api_key_missing"
    ),
    "no_idempotency_key": (lambda w: {"headers": w.auth(), "json": w.a1()}, 400, "idempotency_key_missing"),
    "idempotency_key_empty": (
        lambda w: {"headers": _headers(w, **{"Idempotency-Key": ""}), "json": w.a1()}, 400, "idempotency_key_malformed"
    ),
    "idempotency_key_too_long": (
        lambda w: {"headers": _headers(w, **{"Idempotency-Key": "k" * 256}), "json": w.a1()},
        400,
        "idempotency_key_malformed",
    ),
    "idempotency_key_twice": (
        lambda w: {"headers": [*_headers(w).items(), ("Idempotency-Key", "other")], "json": w.a1()},
        400,
        "idempotency_key_malformed",
    ),
    "body_no_json": (lambda w: {"headers": _headers(w), "content": b"{"}, 400, "body_malformed"),
    "body_array": (lambda w: {"headers": _headers(w), "content": b"[]"}, 400, "body_malformed"),
    "body_empty": (lambda w: {"headers": _headers(w), "content": b""}, 400, "body_malformed"),
    "member_twice": (lambda w: {"headers": _headers(w), "content": b'{"a":1,"a":1}'}, 400, "body_malformed"),
    "number_not_finite": (lambda w: {"headers": _headers(w), "content": b'{"a":NaN}'}, 400, "body_malformed"),
    "body_deep": (
        lambda w: {"headers": _headers(w), "content": b'{"a":' + b"[" * 99 + b"]" * 99 + b"}"}, 400, "body_malformed"
    ),
    "body_too_large": (lambda w: {"headers": _headers(w), "content": b" " * 65537}, 413, "body_too_large"),
    "body_too_large_in_chunks": (
        lambda w: {"headers": _headers(w), "content": iter([b" " * 40000] * 2)}, 413, "body_too_large"
    ),
    "empty_object": (lambda w: {"headers": _headers(w), "json": {}}, 422, "document_faulty"),
    "institution_not_entitled": (
        lambda w: {"headers": _headers(w, **w.auth(CNAM)), "json": w.a1()}, 403, "type_not_entitled"
    ),
    "document_of_another_institution": (
        lambda w: {"headers": _headers(w, **w.auth(DRV)), "json": w.a1()}, 422, "document_faulty"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "status", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_and_nothing_changed(world: World, call: Call, status: int, code: str) -> None:
    before = world.rows()
    response = world.client().post("/v1/a1", **call(world))
    assert (response.status_code, response.json()["error"]) == (status, code)
    assert world.rows() == before


@pytest.mark.parametrize(("path", "most"), [("/v1/a1", 65536), ("/v1/a1/search", 16384), ("/v1/withdrawals", 2**20)])
def test_a_body_that_is_too_large_is_told_how_much_is_read(world: World, path: str, most: int) -> None:
    response = world.client().post(path, headers=_headers(world), content=b" " * (most + 1))
    assert (response.status_code, response.json()) == (
        413,
        {
            "error": "body_too_large",
            "detail": f"The body is larger than this address reads: at most {most} bytes.",
            "max_bytes": most,
        },
    )


def test_unknown_type(world: World) -> None:
    response = world.post(world.a1(), type_id="no-such-type")
    assert (response.status_code, response.json()["error"]) == (404, "type_unknown")


def test_key_used_for_another_document(world: World) -> None:
    """J1, AC2: 409, and the faults of the other document are not even looked at."""
    world.post(world.a1(), key="taken")
    before = world.rows()
    response = world.post({}, key="taken")
    assert (response.status_code, response.json()["error"]) == (409, "idempotency_key_reused")
    assert world.rows() == before


def test_number_of_a_registered_document(world: World) -> None:
    claims = world.a1()
    first = world.register(claims)
    before = world.rows()
    response = world.post(claims)
    assert (response.status_code, response.json()["error"]) == (409, "document_number_taken")
    assert response.json()["document_id"] == first.answer["document_id"]
    assert world.rows() == before


def test_any_content_type_is_read_as_json(world: World) -> None:
    """J1, AC1 calls `curl -d`, which says that it sends a form."""
    headers = _headers(world, **{"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": "curl"})
    response = world.client().post("/v1/a1", content=strict_json.dump(world.a1()), headers=headers)
    assert response.status_code == 201


# --- tenancy

ADDRESSES = {
    "document": ("GET", ""),
    "withdraw": ("POST", "/withdraw"),
    "offers": ("POST", "/offers"),
    "offer_qr_svg": ("GET", "/offers/{offer}/qr.svg"),
    "offer_qr_png": ("GET", "/offers/{offer}/qr.png"),
    "inspection_code": ("GET", "/inspection-code"),
    "inspection_code_svg": ("GET", "/inspection-code.svg"),
    "inspection_code_png": ("GET", "/inspection-code.png"),
}


@pytest.mark.parametrize(("method", "rest"), ADDRESSES.values(), ids=ADDRESSES)
def test_another_institution_sees_what_a_stranger_to_the_document_sees(
    world: World, registered: Registered, method: str, rest: str
) -> None:
    """404, the same as for a document that does not exist; the entitlement to the type changes nothing."""
    before = world.rows()
    body: dict[str, Any] = {"json": {"reason_code": "x"}} if method == "POST" else {}
    address = registered.path + rest.format(offer=registered.offer_id)
    nowhere = address.replace(registered.answer["document_id"], "0" * 36)
    of_another = world.client().request(method, address, headers=world.auth(DRV), **body)
    of_nobody = world.client().request(method, nowhere, headers=world.auth(URSSAF), **body)
    unauthenticated = world.client().request(method, address, **body)
    assert (of_another.status_code, of_another.json()["error"]) == (404, "document_unknown")
    assert of_another.content == of_nobody.content
    assert unauthenticated.status_code == 401
    assert world.rows() == before


def test_document_under_another_type(world: World, registered: Registered) -> None:
    response = world.client().get(registered.path.replace("/a1/", "/ehic/"), headers=world.auth())
    assert (response.status_code, response.json()["error"]) == (404, "document_unknown")


def test_offer_of_another_document(world: World, registered: Registered) -> None:
    other = world.register()
    response = world.client().get(f"{registered.path}/offers/{other.offer_id}/qr.svg", headers=world.auth())
    assert (response.status_code, response.json()["error"]) == (404, "offer_unknown")


@pytest.mark.parametrize("document_id", ["%00", "%ff", "a" * 5000, "..%2f..", "é", "' OR 1=1 --"])
def test_addresses_that_nobody_gave_out(world: World, document_id: str) -> None:
    for rest in ("", "/inspection-code", "/offers/%00/qr.svg"):
        response = world.client().get(f"/v1/a1/{document_id}{rest}", headers=world.auth())
        assert response.status_code == 404


def test_after_a_restart(world: World, make_world: MakeWorld) -> None:
    """Nothing is kept in memory: another process gives the same answer, and the offer can be redeemed there."""
    claims = world.a1()
    first = world.post(claims, key="restart")
    restarted = make_world()
    assert restarted.post(claims, key="restart").content == first.content
    assert Wallet(restarted).redeem(Registered(first.json(), URSSAF)).status_code == 200


# --- looking up


def test_document_file(world: World, wallet: Wallet) -> None:
    claims = world.a1()
    registered = world.register(claims)
    wallet.redeem(registered)
    configuration_id = world.client().get("/.well-known/openid-credential-issuer").json()
    configuration_id = next(iter(configuration_id["credential_configurations_supported"]))
    credential = wallet.collect(configuration_id).json()["credentials"][0]["credential"]
    file = world.document(registered)
    assert file["claims"] == claims
    assert file["state"] == "in_force"
    assert file["withdrawal"] is None
    assert [(offer["id"], offer["state"]) for offer in file["offers"]] == [(registered.offer_id, "redeemed")]
    code, collected = sorted(file["credentials"], key=lambda one: one["configuration_id"] or "")
    assert code["sha256"] == hashlib.sha256(registered.answer["inspection_code"]["text"].encode()).hexdigest()
    assert collected["sha256"] == hashlib.sha256(credential.encode()).hexdigest()
    assert (code["configuration_id"], collected["configuration_id"]) == (None, configuration_id)
    assert code["status"] != collected["status"]


def test_qr_codes_can_be_scanned(world: World, registered: Registered) -> None:
    """design.md 8: the offer by reference, version 9-M or less; the inspection code, 20-M or less."""
    client = world.client()
    offer = client.get(registered.answer["offer"]["qr_png"], headers=world.auth())
    code = client.get(registered.answer["inspection_code"]["qr_png"], headers=world.auth())
    assert qr.read(offer.content) == (registered.answer["offer"]["url"],)
    assert qr.read(code.content) == (registered.answer["inspection_code"]["text"],)
    assert qr.symbol(registered.answer["offer"]["url"]).version <= 9
    assert qr.symbol(registered.answer["inspection_code"]["text"]).version <= inspection_code.MAX_QR_VERSION


def test_qr_codes_as_svg(world: World, registered: Registered) -> None:
    for place in (registered.answer["offer"], registered.answer["inspection_code"]):
        image = world.client().get(place["qr_svg"], headers=world.auth())
        assert image.headers["Content-Type"] == "image/svg+xml"
        assert image.headers["Cache-Control"] == "no-store"
        assert image.text.startswith("<svg ")


def test_inspection_code_again(world: World, registered: Registered) -> None:
    response = world.client().get(f"{registered.path}/inspection-code", headers=world.auth())
    assert response.json() == registered.answer["inspection_code"]


def test_inspection_code_lasts_as_long_as_the_document(world: World) -> None:
    """Paper is not renewed: the posting ends on 2027-01-31, a wallet's copy after 90 days."""
    registered = world.register()
    assert _parsed_code(registered.answer).validity.expires_at == datetime(2027, 2, 1, tzinfo=UTC)


# --- offering again


def test_new_offer(world: World, registered: Registered) -> None:
    response = world.client().post(f"{registered.path}/offers", headers=world.auth())
    assert response.status_code == 201
    assert response.json()["id"] != registered.offer_id
    assert [offer["state"] for offer in world.document(registered)["offers"]] == ["open", "open"]
    again = Registered({**registered.answer, "offer": response.json()}, URSSAF)
    assert Wallet(world).redeem(again).status_code == 200
    assert Wallet(world).redeem(registered).status_code == 200


def test_no_new_offer_of_a_withdrawn_document(world: World, registered: Registered) -> None:
    world.withdraw(registered)
    response = world.client().post(f"{registered.path}/offers", headers=world.auth())
    assert (response.status_code, response.json()["error"]) == (409, "document_withdrawn")


# --- withdrawing


def test_withdrawn(world: World, wallet: Wallet) -> None:
    """Every copy, in every format, INVALID on the published list at once (J3, AC2)."""
    registered, other = world.register(), world.register()
    wallet.redeem(registered)
    for rulebook_wire in world.catalogue.type("a1").profiles["dc4eu"].wires.values():
        assert wallet.collect(rulebook_wire.configuration_id).status_code == 200
    entries = [one["status"] for one in world.document(registered)["credentials"]]
    assert len(entries) == 1 + len(WALLET_FORMATS)
    assert [_value(world, entry) for entry in entries] == [0, 0, 0]
    response = world.withdraw(registered, effective_from="2026-01-31", case_ref="LA_BUC_04 147729")
    assert response.status_code == 200
    assert response.json() == {
        "document_id": registered.answer["document_id"],
        "state": "withdrawn",
        "withdrawal": {
            "effective_from": "2026-01-31",
            "reason_code": "issued_in_error",
            "case_ref": "LA_BUC_04 147729",
            "withdrawn_at": "2026-02-15T10:00:00Z",
        },
    }
    assert [_value(world, entry) for entry in entries] == [1, 1, 1]
    assert [_value(world, one["status"]) for one in world.document(other)["credentials"]] == [0]
    file = world.document(registered)
    assert (file["state"], file["withdrawal"]) == ("withdrawn", response.json()["withdrawal"])


def _value(world: World, entry: dict[str, Any]) -> int:
    values = set()
    for media_type in ("application/statuslist+jwt", "application/statuslist+cwt"):
        response = world.client().get(entry["uri"], headers={"Accept": media_type})
        token = parse_token(response.content, response.headers["Content-Type"])
        assert token.subject == entry["uri"]
        values.add(token.list.value(entry["idx"]))
    (value,) = values
    return value


def test_withdrawn_today_where_no_day_is_given(world: World, registered: Registered) -> None:
    assert world.withdraw(registered).json()["withdrawal"]["effective_from"] == "2026-02-15"


def test_same_order_again_changes_nothing(world: World, registered: Registered) -> None:
    first = world.withdraw(registered, case_ref="1")
    before = world.rows()
    second = world.withdraw(registered, case_ref="1")
    assert (second.status_code, second.content) == (200, first.content)
    assert world.rows() == before


def test_other_order_for_a_withdrawn_document(world: World, registered: Registered) -> None:
    world.withdraw(registered, case_ref="1")
    before = world.rows()
    response = world.withdraw(registered, case_ref="2")
    assert (response.status_code, response.json()["error"]) == (409, "withdrawn_otherwise")
    assert world.rows() == before


ORDERS: dict[str, tuple[Any, int, str, str]] = {
    "reason_missing": ({}, 422, "member_missing", "/reason_code"),
    "reason_in_capitals": ({"reason_code": "Error"}, 422, "member_malformed", "/reason_code"),
    "reason_a_number": ({"reason_code": 1}, 422, "member_malformed", "/reason_code"),
    "reason_with_line_break": ({"reason_code": "error\n"}, 422, "member_malformed", "/reason_code"),
    "day_to_come": ({"reason_code": "x", "effective_from": "2026-02-16"}, 422, "day_to_come", "/effective_from"),
    "day_that_does_not_exist": (
        {"reason_code": "x", "effective_from": "2026-02-30"}, 422, "member_malformed", "/effective_from"
    ),
    "day_as_an_instant": (
        {"reason_code": "x", "effective_from": "2026-02-01T00:00:00Z"}, 422, "member_malformed", "/effective_from"
    ),
    "day_as_a_number": ({"reason_code": "x", "effective_from": 1}, 422, "member_malformed", "/effective_from"),
    "case_ref_empty": ({"reason_code": "x", "case_ref": ""}, 422, "member_malformed", "/case_ref"),
    "member_misspelt": ({"reason_code": "x", "efective_from": "2026-02-01"}, 422, "member_unknown", "/efective_from"),
    "body_array": ([], 400, "json_not_object", ""),
}  # fmt: skip


@pytest.mark.parametrize(("order", "status", "reason", "pointer"), ORDERS.values(), ids=ORDERS)
def test_order_refused(
    world: World, registered: Registered, order: Any, status: int, reason: str, pointer: str
) -> None:
    before = world.rows()
    response = world.client().post(f"{registered.path}/withdraw", json=order, headers=world.auth())
    answer = response.json()
    assert (response.status_code, answer["reason"], answer["pointer"]) == (status, reason, pointer)
    assert world.rows() == before
