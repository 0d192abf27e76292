"""A wallet answers a request over the service's real interface: what wallet and inspector are told, good and bad.

Each bad answer differs from a good one in one thing. Asserted are status, error, the check named to the wallet, and the
state in which the transaction is left: an answer that cannot be attributed leaves it open, and a good one still counts.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwe import JWERegistry, encrypt_compact
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from tests.verifier.conftest import MakeApp
from tests.verifier.wallet import Asked, ask, form, offered, plain_form, present, read
from tests.verifier.world import BASE_URL, LIST_SIZE, World, make_pilot_folder, make_world
from vc_core import base64url, jose, jwe, strict_json
from vc_core.pilot import new_key
from vc_core.signer import SoftwareKey
from verifier.query import query_for

SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
MODES = ["direct_post", "direct_post.jwt"]


def refusal(check: str) -> dict[str, str]:
    return {"error": "invalid_request", "check": check}


# ------------------------------------------------------------------------------------------------------- good answers
@pytest.mark.parametrize("response_mode", MODES)
@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_a_good_answer_is_confirmed(client: TestClient, world: World, format_id: str, response_mode: str) -> None:
    asked = ask(client, response_mode=response_mode, expected=EXPECTED)
    answer = client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(format_id))))
    assert (answer.status_code, answer.json()) == (200, {})
    assert answer.headers["content-type"] == "application/json"
    result = read(client, asked)
    assert result["state"] == "answered"
    [verdict] = result["verdicts"]
    assert (verdict["verdict"], verdict["deciding"]) == ("CONFIRMED", [])
    assert verdict["holder_proof"]
    assert verdict["identity_compared"] == "no"
    assert verdict["document"]["institution_id"] == "FR:117000"


def test_an_ehic_is_confirmed(client: TestClient, world: World) -> None:
    asked = ask(client, type="ehic", profile="hospital_desk", expected={"day": "2026-02-15"})
    held = world.credential(SD_JWT, type_id="ehic")
    assert client.post(asked.response_path, data=form(asked, present(world, asked, held))).status_code == 200
    assert [verdict["verdict"] for verdict in read(client, asked)["verdicts"]] == ["CONFIRMED"]


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_a_withdrawn_document_is_accepted_and_said_to_be_withdrawn(
    client: TestClient, world: World, format_id: str
) -> None:
    """design.md 12: the wallet has done nothing wrong; the inspector learns."""
    asked, held = ask(client), world.credential(format_id)
    world.withdraw_last()
    answer = client.post(asked.response_path, data=form(asked, present(world, asked, held)))
    assert (answer.status_code, answer.json()) == (200, {})
    [verdict] = read(client, asked)["verdicts"]
    assert (verdict["verdict"], verdict["deciding"]) == ("WITHDRAWN", ["status.value"])


def test_a_document_for_another_state_is_accepted_and_does_not_cover(client: TestClient, world: World) -> None:
    asked = ask(client, expected={"day": "2026-02-15", "host_state": "AT"})
    assert client.post(
        asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT)))
    ).is_success
    [verdict] = read(client, asked)["verdicts"]
    assert (verdict["verdict"], verdict["deciding"]) == ("NOT_COVERED", ["coverage.state"])


@pytest.mark.parametrize(("spelled", "word"), [("EL", "CONFIRMED"), ("GR", "CONFIRMED"), ("UK", "NOT_COVERED")])
def test_a_state_may_be_spelled_as_eessi_does(client: TestClient, world: World, spelled: str, word: str) -> None:
    claims = world.claims("a1", "valid_posted_worker")
    claims["work_information"] = {"no_fixed_place_of_work": "GR"}
    asked = ask(client, expected={"day": "2026-02-15", "host_state": spelled})
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT, claims=claims))))
    assert [verdict["verdict"] for verdict in read(client, asked)["verdicts"]] == [word]


def test_a_document_of_an_untrusted_issuer_cannot_be_confirmed(client: TestClient, world: World, tmp_path: Any) -> None:
    """The same institution id, certified by another root. The wallet's answer is authentic, so it is accepted."""
    make_pilot_folder(tmp_path / "other", seed="another pilot")
    elsewhere = make_world(tmp_path / "other", world.catalogue)
    asked = ask(client)
    assert client.post(
        asked.response_path, data=form(asked, present(world, asked, elsewhere.credential(SD_JWT)))
    ).is_success
    [verdict] = read(client, asked)["verdicts"]
    assert (verdict["verdict"], verdict["deciding"][0]) == ("CANNOT_CONFIRM", "trust.issuer_chain")


def test_a_claim_as_deep_as_a_credential_may_have_it_can_be_read_by_the_inspector(
    client: TestClient, world: World
) -> None:
    """The verdict is kept as JSON and holds what was shown two levels further down."""
    deep: Any = "x"
    for _ in range(strict_json.MAX_DEPTH - 1):
        deep = [deep]
    claims = world.claims("a1", "valid_posted_worker") | {"employer": deep}
    asked = ask(client)
    client.post(asked.response_path, data=form(asked, present(world, asked, world.credential(SD_JWT, claims=claims))))
    [verdict] = read(client, asked)["verdicts"]
    assert (verdict["verdict"], verdict["deciding"]) == ("CANNOT_CONFIRM", ["claims.schema"])


def test_party_information_in_the_encrypted_answer_is_tolerated(client: TestClient, world: World) -> None:
    """`apu` and `apv` set: must still decrypt (OIDF)."""
    asked = ask(client)
    assert asked.encryption
    payload = {"vp_token": present(world, asked, world.credential(SD_JWT)), "state": asked.claims["state"]}
    text = jwe.encrypt(payload, asked.encryption.jwk, "A128GCM", apu=b"wallet", apv=b"verifier")
    assert client.post(asked.response_path, data={"response": text}).status_code == 200


def test_unknown_parameters_are_ignored(client: TestClient, world: World) -> None:
    asked = ask(client)
    data = form(asked, present(world, asked, world.credential(SD_JWT))) | {"iss": "x", "expires_in": "1"}
    assert client.post(asked.response_path, data=data).status_code == 200


def test_a_holder_key_with_the_least_members_is_accepted(client: TestClient, world: World) -> None:
    """`cnf.jwk` of kty, crv, x and y alone (OIDF `minimal-cnf-jwk`): what our own issuer writes."""
    held = world.credential(SD_JWT)
    confirmation = jose.parse_jws(held.text.split("~", 1)[0]).claims()["cnf"]["jwk"]
    assert set(confirmation) == {"kty", "crv", "x", "y"}
    asked = ask(client)
    assert client.post(asked.response_path, data=form(asked, present(world, asked, held))).status_code == 200


def test_a_wallet_may_decline(client: TestClient) -> None:
    """OpenID4VP 1.0, section 8.5, in the clear also where an encrypted answer was asked for."""
    asked = ask(client)
    answer = client.post(asked.response_path, data={"error": "access_denied", "state": asked.claims["state"]})
    assert (answer.status_code, answer.json()) == (200, {})
    result = read(client, asked)
    assert (result["state"], result["refusal"], result["verdicts"]) == ("refused", {"error": "access_denied"}, [])


# ------------------------------------------------------------------------- answers that cannot be attributed: left open
Change = Callable[[Asked, dict[str, str]], dict[str, str]]


def header_of(text: str) -> dict[str, Any]:
    return strict_json.parse_object(base64url.decode(text.split(".", maxsplit=1)[0]), max_bytes=4096)


def with_header(**members: object) -> Change:
    def change(_: Asked, good: dict[str, str]) -> dict[str, str]:
        _header, *rest = good["response"].split(".")
        header = base64url.encode(strict_json.dump(header_of(good["response"]) | members))
        return {"response": ".".join([header, *rest])}

    return change


def broken_tag(_: Asked, good: dict[str, str]) -> dict[str, str]:
    *rest, tag = good["response"].split(".")
    data = base64url.decode(tag)
    return {"response": ".".join([*rest, base64url.encode(bytes([data[0] ^ 1]) + data[1:])])}


def encrypted(payload: bytes, asked: Asked) -> dict[str, str]:
    """Encrypts anything at all to the request's key."""
    assert asked.encryption
    jwk = dict(asked.encryption.jwk)
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": jwk["kid"]}
    registry = JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    return {"response": encrypt_compact(header, payload, ECKey.import_key(jwk), registry=registry)}


def to_the_key_of_another_request(asked: Asked, _: dict[str, str]) -> dict[str, str]:
    assert asked.encryption
    other = jose.jwk_from_public_key(new_key(lambda count: bytes(range(count))).public_key())
    payload = {"vp_token": {"a1-1": ["x"]}, "state": asked.claims["state"]}
    return {"response": jwe.encrypt(payload, {**other, "kid": asked.encryption.jwk["kid"]}, "A256GCM")}


def nested_jws(asked: Asked, _: dict[str, str]) -> dict[str, str]:
    signed = jose.sign_jws({"typ": "JWT"}, {"state": asked.claims["state"]}, SoftwareKey(new_key(bytes_of_ones)))
    return encrypted(signed.encode(), asked)


def bytes_of_ones(count: int) -> bytes:
    return b"\x01" * count


def state_is(state: str | None) -> Change:
    def change(asked: Asked, _: dict[str, str]) -> dict[str, str]:
        return form(asked, {"a1-1": ["ey~"]}, state=state)

    return change


def payload_is(**members: object) -> Change:
    def change(asked: Asked, _: dict[str, str]) -> dict[str, str]:
        payload = {"vp_token": {"a1-1": ["ey~"]}, "state": asked.claims["state"]} | members
        return encrypted(strict_json.dump({name: value for name, value in payload.items() if value != "-"}), asked)

    return change


UNATTRIBUTED = [
    pytest.param(
        lambda asked, _: plain_form(asked, {"a1-1": ["x"]}), "response.encryption", id="plain_where_encrypted"
    ),
    pytest.param(lambda _, good: good | {"vp_token": "{}"}, "response.form", id="plain_beside_encrypted"),
    pytest.param(lambda *_: {}, "response.form", id="nothing"),
    pytest.param(with_header(kid="another"), "response.decryption", id="jwe_kid_wrong"),
    pytest.param(with_header(kid=None), "response.decryption", id="jwe_kid_not_a_string"),
    pytest.param(with_header(alg="RSA1_5"), "response.decryption", id="jwe_alg_rsa"),
    pytest.param(with_header(alg="dir"), "response.decryption", id="jwe_alg_dir"),
    pytest.param(with_header(enc="A128CBC-HS256"), "response.decryption", id="jwe_enc_not_offered"),
    pytest.param(with_header(zip="DEF"), "response.decryption", id="jwe_compressed"),
    pytest.param(with_header(crit=["exp"], exp=1), "response.decryption", id="jwe_critical_header"),
    pytest.param(broken_tag, "response.decryption", id="jwe_tag_broken"),
    pytest.param(to_the_key_of_another_request, "response.decryption", id="jwe_to_another_key"),
    pytest.param(nested_jws, "response.decryption", id="jwe_nested_jws"),
    pytest.param(lambda *_: {"response": "a.b.c"}, "response.decryption", id="jwe_not_one"),
    pytest.param(lambda asked, _: encrypted(b"[]", asked), "response.form", id="payload_not_an_object"),
    pytest.param(
        lambda asked, _: encrypted(b'{"state":"a","state":"b"}', asked), "response.form", id="payload_repeats"
    ),
    pytest.param(state_is("another"), "response.state", id="state_wrong"),
    pytest.param(state_is(None), "response.state", id="state_absent"),
    pytest.param(payload_is(state=7), "response.form", id="state_not_a_string"),
    pytest.param(payload_is(vp_token="-"), "response.form", id="vp_token_absent"),
    pytest.param(payload_is(vp_token="ey~"), "response.form", id="vp_token_string"),
    pytest.param(payload_is(vp_token=["ey~"]), "response.form", id="vp_token_array"),
    pytest.param(payload_is(vp_token={}), "response.form", id="vp_token_empty"),
    pytest.param(payload_is(vp_token={"a1-1": "ey~"}), "response.form", id="presentations_not_an_array"),
    pytest.param(payload_is(vp_token={"a1-1": []}), "response.form", id="presentations_empty"),
    pytest.param(payload_is(vp_token={"a1-1": [{}]}), "response.form", id="presentation_not_a_string"),
    pytest.param(payload_is(vp_token={"a1-1": ["ey~"] * 65}), "response.form", id="presentations_65"),
    pytest.param(payload_is(error="access_denied"), "response.form", id="error_beside_vp_token"),
    pytest.param(lambda *_: {"error": "access_denied", "state": "another"}, "response.state", id="error_state_wrong"),
    pytest.param(lambda *_: {"error": "access_denied"}, "response.state", id="error_state_absent"),
    pytest.param(
        lambda asked, _: {"error": "é", "state": asked.claims["state"]}, "response.form", id="error_not_ascii"
    ),
]


@pytest.mark.parametrize(("change", "check"), UNATTRIBUTED)
def test_an_answer_that_cannot_be_attributed_leaves_the_request_open(
    client: TestClient, world: World, change: Change, check: str
) -> None:
    """OpenID4VP 1.0, sections 8.1, 8.3, 5.3. Afterwards the good answer is taken as if nothing had been."""
    asked = ask(client)
    good = form(asked, present(world, asked, world.credential(SD_JWT)))
    answer = client.post(asked.response_path, data=change(asked, good))
    assert (answer.status_code, answer.json()) == (400, refusal(check))
    assert read(client, asked)["state"] == "fetched"
    assert client.post(asked.response_path, data=good).status_code == 200


PLAIN = [
    pytest.param({"response": "a.b.c.d.e"}, "response.form", id="encrypted_where_plain"),
    pytest.param({"vp_token": '{"a1-1":["x"]}', "state": "another"}, "response.state", id="state_wrong"),
    pytest.param({"vp_token": '{"a1-1":["x"]}'}, "response.state", id="state_absent"),
    pytest.param({"vp_token": "x"}, "response.form", id="vp_token_not_json"),
    pytest.param({"vp_token": '{"a1-1":["x"],"a1-1":["y"]}'}, "response.form", id="vp_token_repeats"),
]


@pytest.mark.parametrize(("data", "check"), PLAIN)
def test_a_plain_answer_that_cannot_be_attributed_leaves_the_request_open(
    client: TestClient, data: dict[str, str], check: str
) -> None:
    asked = ask(client, response_mode="direct_post")
    answer = client.post(asked.response_path, data=data)
    assert (answer.status_code, answer.json()) == (400, refusal(check))
    assert read(client, asked)["state"] == "fetched"


BODIES = [
    pytest.param("application/json", b"{}", 400, "response.form", id="json"),
    pytest.param("multipart/form-data; boundary=x", b"--x--", 400, "response.form", id="multipart"),
    pytest.param("", b"response=a", 400, "response.form", id="no_media_type"),
    pytest.param("application/x-www-form-urlencoded", b"response", 400, "response.form", id="no_pairs"),
    pytest.param("application/x-www-form-urlencoded", b"response=%ff", 400, "response.form", id="not_utf8"),
    pytest.param("application/x-www-form-urlencoded", "response=é".encode(), 400, "response.form", id="not_ascii"),
    pytest.param("application/x-www-form-urlencoded", b"response=a&response=b", 400, "response.form", id="repeated"),
    pytest.param("application/x-www-form-urlencoded", b"a=1&" * 100 + b"b=1", 400, "response.form", id="many_fields"),
    pytest.param("application/x-www-form-urlencoded", b"response=" + b"a" * 10**7, 413, "response.size", id="10_mb"),
]


@pytest.mark.parametrize(("media_type", "content", "status", "check"), BODIES)
def test_a_body_that_is_no_form_leaves_the_request_open(
    client: TestClient, media_type: str, content: bytes, status: int, check: str
) -> None:
    asked = ask(client)
    answer = client.post(asked.response_path, content=content, headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()) == (status, refusal(check))
    assert read(client, asked)["state"] == "fetched"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_answered_at_the_response_endpoint(client: TestClient, method: str) -> None:
    asked = ask(client)
    answer = client.request(method, asked.response_path)
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
    assert read(client, asked)["state"] == "fetched"


# ------------------------------------------------------------------------------------------ answers to another request
def test_an_answer_counts_once(client: TestClient, world: World) -> None:
    """Replay: the same response again (OpenID4VP 1.0, section 14.1)."""
    asked = ask(client)
    good = form(asked, present(world, asked, world.credential(SD_JWT)))
    assert client.post(asked.response_path, data=good).status_code == 200
    again = client.post(asked.response_path, data=good)
    assert (again.status_code, again.json()) == (400, refusal("response.single_use"))
    result = read(client, asked)
    assert (result["state"], len(result["verdicts"])) == ("answered", 1)


@pytest.mark.parametrize("closing", ["declined", "refused"])
def test_after_a_refusal_no_other_answer_counts(client: TestClient, world: World, closing: str) -> None:
    asked = ask(client)
    held = world.credential(SD_JWT)
    first = {
        "declined": {"error": "access_denied", "state": asked.claims["state"]},
        "refused": form(asked, present(world, asked, held, nonce="another")),
    }[closing]
    client.post(asked.response_path, data=first)
    again = client.post(asked.response_path, data=form(asked, present(world, asked, held)))
    assert (again.status_code, again.json()) == (400, refusal("response.single_use"))
    assert read(client, asked)["state"] == "refused"


def test_an_answer_to_an_unknown_request_is_refused(client: TestClient) -> None:
    answer = client.post("/response/AAAAAAAAAAAAAAAAAAAAAA", data={"response": "x"})
    assert (answer.status_code, answer.json()) == (400, refusal("response.request"))


def test_an_answer_before_the_request_was_fetched_is_refused(client: TestClient) -> None:
    offer = offered(client)
    answer = client.post(f"/response/{offer['id']}", data={"error": "access_denied"})
    assert (answer.status_code, answer.json()) == (400, refusal("response.request"))


def test_an_answer_after_the_request_has_expired_is_refused(client: TestClient, world: World) -> None:
    asked = ask(client)
    good = form(asked, present(world, asked, world.credential(SD_JWT)))
    world.clock.forward(minutes=5)
    answer = client.post(asked.response_path, data=good)
    assert (answer.status_code, answer.json()) == (400, refusal("response.time"))
    assert read(client, asked)["state"] == "expired"


@pytest.mark.parametrize(
    ("response_mode", "check"), [("direct_post", "response.state"), ("direct_post.jwt", "response.decryption")]
)
def test_an_answer_to_another_request_is_refused(
    client: TestClient, world: World, response_mode: str, check: str
) -> None:
    """Session mix-up: the answer to one request is posted to another."""
    mine, other = ask(client, response_mode=response_mode), ask(client, response_mode=response_mode)
    good = form(other, present(world, other, world.credential(SD_JWT)))
    answer = client.post(mine.response_path, data=good)
    assert (answer.status_code, answer.json()) == (400, refusal(check))
    assert read(client, mine)["state"] == read(client, other)["state"] == "fetched"


# ----------------------------------------------------------------------- answers that are refused: closed, with reason
def proof_over(**challenge: object) -> Callable[[World, Asked, str], dict[str, list[str]]]:
    return lambda world, asked, format_id: present(world, asked, world.credential(format_id), **challenge)


def by_another_key(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    held = world.credential(format_id)
    return present(world, asked, replace(held, key=SoftwareKey(new_key(world.random))))


def without_proof(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    return {f"a1-{1 if format_id == SD_JWT else 2}": [world.credential(format_id).text]}


def twice(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    first, second = (present(world, asked, world.credential(format_id)) for _ in range(2))
    return {query_id: first[query_id] + second[query_id] for query_id in first}


def under_an_unknown_id(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    good = present(world, asked, world.credential(format_id))
    return {"other": [text for texts in good.values() for text in texts]}


def beside_an_unknown_id(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    good = present(world, asked, world.credential(format_id))
    return {**good, "other": [text for texts in good.values() for text in texts]}


def of_another_type(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    held = world.credential(format_id, type_id="ehic")
    as_if = Asked(asked.offer, {**asked.claims, "dcql_query": query_of_type(world, "ehic")})
    [texts] = present(world, as_if, held).values()
    return {f"a1-{1 if format_id == SD_JWT else 2}": texts}


def query_of_type(world: World, type_id: str) -> dict[str, Any]:
    rulebook = world.catalogue.type(type_id)
    return query_for(rulebook, next(iter(rulebook.queries)))


def with_a_claim_left_out(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    """The query as the wallet reads it asks for less than ours."""
    query = strict_json.parse_object(strict_json.dump(asked.claims["dcql_query"]), max_bytes=10**6)
    for credential in query["credentials"]:
        credential["claims"] = [one for one in credential["claims"] if one["path"][-1] != "document_number"]
        credential.pop("claim_sets", None)
    return present(world, Asked(asked.offer, {**asked.claims, "dcql_query": query}), world.credential(format_id))


def with_more_than_was_asked(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    query = strict_json.parse_object(strict_json.dump(asked.claims["dcql_query"]), max_bytes=10**6)
    for credential in query["credentials"]:
        path = credential["claims"][0]["path"]
        credential["claims"].append({"id": "more", "path": [*path[:-1], "personal_administrative_number"]})
        credential["claim_sets"] = [[*chosen, "more"] for chosen in credential["claim_sets"]]
    return present(world, Asked(asked.offer, {**asked.claims, "dcql_query": query}), world.credential(format_id))


def unreadable(world: World, asked: Asked, format_id: str) -> dict[str, list[str]]:
    return {"a1-1": ["something else"]}


BOTH = (SD_JWT, MDOC)
REFUSED = [
    (proof_over(nonce="another-nonce"), (SD_JWT,), "holder.nonce", 1, "nonce_of_other_session"),
    (proof_over(client_id="x509_hash:other"), (SD_JWT,), "holder.audience", 1, "audience_of_other_verifier"),
    (proof_over(nonce="another-nonce"), (MDOC,), "holder.signature", 1, "transcript_of_other_nonce"),
    (proof_over(client_id="x509_hash:other"), (MDOC,), "holder.signature", 1, "transcript_of_other_verifier"),
    (proof_over(response_uri="https://other.example/"), (MDOC,), "holder.signature", 1, "transcript_of_other_address"),
    (by_another_key, BOTH, "holder.signature", 1, "proof_by_another_key"),
    (without_proof, BOTH, "holder.binding", 1, "proof_missing"),
    (unreadable, (SD_JWT,), "format.well_formed", 1, "presentation_unreadable"),
    (twice, BOTH, "query.satisfied", 0, "two_presentations"),
    (under_an_unknown_id, BOTH, "query.satisfied", 0, "query_id_unknown"),
    (beside_an_unknown_id, BOTH, "query.satisfied", 0, "extra_credential"),
    (of_another_type, BOTH, "query.satisfied", 1, "type_wrong"),
    (with_a_claim_left_out, BOTH, "query.satisfied", 1, "claim_missing"),
    (with_more_than_was_asked, BOTH, "query.least_disclosure", 1, "claim_not_asked_for"),
    (proof_over(encryption_thumbprint=b"0" * 32), (MDOC,), "holder.signature", 1, "transcript_of_other_key"),
]
WITHOUT_KEY = [
    (proof_over(encryption_thumbprint=b"0" * 32), (MDOC,), "holder.signature", 1, "transcript_of_a_key"),
]
REFUSED_CASES = [
    pytest.param(mode, make, format_id, check, verdicts, id=f"{name}-{format_id}-{mode}")
    for mode, cases in (("direct_post.jwt", REFUSED), ("direct_post", [*REFUSED[:-1], *WITHOUT_KEY]))
    for make, formats, check, verdicts, name in cases
    for format_id in formats
]


@pytest.mark.parametrize(("response_mode", "make", "format_id", "check", "verdicts"), REFUSED_CASES)
def test_a_bad_answer_is_refused_by_name_and_closes_the_request(
    client: TestClient, world: World, response_mode: str, make: Any, format_id: str, check: str, verdicts: int
) -> None:
    """OpenID4VP 1.0, section 8.6; design.md 12."""
    asked = ask(client, response_mode=response_mode)
    answer = client.post(asked.response_path, data=form(asked, make(world, asked, format_id)))
    assert (answer.status_code, answer.json()) == (400, refusal(check))
    result = read(client, asked)
    assert (result["state"], result["refusal"]) == ("refused", refusal(check))
    assert [verdict["verdict"] for verdict in result["verdicts"]] == ["CANNOT_CONFIRM"] * verdicts


def test_a_tampered_presentation_is_refused_with_the_failing_check(client: TestClient, world: World) -> None:
    """One byte of the issuer's signature."""
    asked = ask(client)
    [(query_id, [text])] = present(world, asked, world.credential(SD_JWT)).items()
    token, _, rest = text.partition("~")
    head, signature = token.rsplit(".", 1)
    flipped = base64url.decode(signature)
    broken = f"{head}.{base64url.encode(flipped[:9] + bytes([flipped[9] ^ 1]) + flipped[10:])}~{rest}"
    answer = client.post(asked.response_path, data=form(asked, {query_id: [broken]}))
    assert (answer.status_code, answer.json()) == (400, refusal("integrity.issuer_signature"))
    [verdict] = read(client, asked)["verdicts"]
    assert (verdict["verdict"], verdict["deciding"][0]) == ("CANNOT_CONFIRM", "integrity.issuer_signature")


@pytest.mark.parametrize("seconds", [-120, 600], ids=["from_the_future", "old"])
def test_a_proof_that_was_not_made_just_now_is_refused(client: TestClient, world: World, seconds: int) -> None:
    asked, held = ask(client), world.credential(SD_JWT)
    now = world.clock.now
    world.clock.forward(seconds=-seconds)
    shown = present(world, asked, held)
    world.clock.now = now
    answer = client.post(asked.response_path, data=form(asked, shown))
    assert (answer.status_code, answer.json()) == (400, refusal("holder.time"))


# ------------------------------------------------------------------------------------------------------------- races
@pytest.mark.parametrize("response_mode", MODES)
def test_of_identical_answers_at_once_one_wins(client: TestClient, world: World, response_mode: str) -> None:
    asked = ask(client, response_mode=response_mode)
    good = form(asked, present(world, asked, world.credential(SD_JWT)))
    ready, statuses = threading.Barrier(4), []

    def post() -> None:
        ready.wait()
        statuses.append(client.post(asked.response_path, data=good).status_code)

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 400, 400, 400]
    result = read(client, asked)
    assert (result["state"], len(result["verdicts"])) == ("answered", 1)


def test_an_answer_that_comes_second_to_the_database_is_a_replay(make_app: MakeApp, world: World) -> None:
    """While one worker judges an answer another one closes the transaction: in the middle of the judgement, on purpose.

    The other worker has a list that it still uses, so that it does not wait for the download of the first.
    """
    with (
        TestClient(make_app(status_reuse_seconds=0), base_url=BASE_URL) as client,
        TestClient(make_app(status_reuse_seconds=60), base_url=BASE_URL) as other,
    ):
        held = world.credential(SD_JWT)
        before = ask(other)
        assert other.post(before.response_path, data=form(before, present(world, before, held))).status_code == 200
        world.clock.forward(seconds=30)
        world.lists.withdrawn.add(LIST_SIZE - 1)  # of somebody else: the list is another one, and has to be downloaded
        asked = ask(client)
        good = form(asked, present(world, asked, held))
        inner: list[int] = []

        def while_the_list_is_fetched(token: str) -> bytes:
            world.lists.body = None
            inner.append(other.post(asked.response_path, data=good).status_code)
            return token.encode()

        world.lists.body = while_the_list_is_fetched
        outer = client.post(asked.response_path, data=good)
        assert inner == [200]
        assert (outer.status_code, outer.json()) == (400, refusal("response.single_use"))
        assert len(read(client, asked)["verdicts"]) == 1
