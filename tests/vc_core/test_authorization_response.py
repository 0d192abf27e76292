"""Answers: OpenID4VP 1.0, sections 8.1 to 8.3; checklist section 6, "Bad input to the verifier"."""

import json
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import private_key
from tests.vectors import read_json, vectors
from vc_core import base64url, jwe
from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import ErrorCode, ResponseEncryption, ResponseMode, encryption_key_id
from vc_core.authorization_response import (
    ResponseParameters,
    WalletError,
    encode_answer,
    encode_error,
    encode_response,
    parse_answer,
    parse_response,
    require_state,
)
from vc_core.jose import jwk_from_public_key
from vc_core.rejection import Rejection

KEY = private_key(60)
KID = encryption_key_id(KEY.public_key())
JWK = {**jwk_from_public_key(KEY.public_key()), "kid": KID, "alg": "ECDH-ES", "use": "enc"}
KEYS = {KID: KEY}
VP_TOKEN = {"pid": ["eyJ...~"], "ehic": ["o2d2...", "o2d3..."]}
ANSWER = ResponseParameters(vp_token={"pid": ("eyJ...~",), "ehic": ("o2d2...", "o2d3...")}, state="state-1")
POST, POST_JWT = ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT


def _form(form: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in form.items()}


def _plain(**changes: str | None) -> dict[str, list[str]]:
    """The form of a plain answer with changes; None takes a parameter away."""
    form = encode_response(VP_TOKEN, state="state-1") | changes
    return {name: [value] for name, value in form.items() if value is not None}


def _encrypted(payload: dict[str, Any] | None = None, **changes: Any) -> dict[str, list[str]]:
    """The form of an encrypted answer with other parameters inside."""
    inside = payload or {"vp_token": VP_TOKEN, "state": "state-1"} | changes
    return {"response": [jwe.encrypt(inside, JWK, "A256GCM")]}


# ------------------------------------------------------------------------------------------------------ round trips
def test_a_plain_answer() -> None:
    form = encode_response(VP_TOKEN, state="state-1")
    assert json.loads(form["vp_token"]) == VP_TOKEN
    assert parse_response(_form(form), mode=POST) == ANSWER


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_an_encrypted_answer(enc: str) -> None:
    form = encode_response(VP_TOKEN, state="state-1", encryption=ResponseEncryption(jwk=JWK, enc=enc))
    assert list(form) == ["response"]
    header = json.loads(base64url.decode(form["response"].split(".")[0]))
    assert (header["alg"], header["enc"], header["kid"]) == ("ECDH-ES", enc, KID)
    assert parse_response(_form(form), mode=POST_JWT, keys=KEYS) == ANSWER


def test_the_published_encrypted_answer() -> None:
    """Section 8.3."""
    vector = read_json(vectors("openid4vp-1.0") / "encrypted_response_8.3.json")
    secret = int.from_bytes(base64url.decode(vector["decryption_private_jwk"]["d"]), "big")
    response = parse_response(
        {"response": [vector["response_jwe"]]},
        mode=POST_JWT,
        keys={"ac": ec.derive_private_key(secret, ec.SECP256R1())},
    )
    assert response == ResponseParameters(vp_token={"example_credential_id": ("eyJhb...YMetA",)}, state=None)
    assert json.loads(vector["expected_plaintext"]) == {"vp_token": {"example_credential_id": ["eyJhb...YMetA"]}}


def test_party_information_is_tolerated() -> None:
    text = jwe.encrypt({"vp_token": VP_TOKEN, "state": "state-1"}, JWK, "A128GCM", apu=b"wallet", apv=b"verifier")
    assert parse_response({"response": [text]}, mode=POST_JWT, keys=KEYS) == ANSWER


def test_unknown_parameters_are_ignored() -> None:
    assert parse_response({**_plain(), "iss": ["a", "b"]}, mode=POST) == ANSWER
    assert parse_response(_encrypted(presentation_submission={}, exp=1), mode=POST_JWT, keys=KEYS) == ANSWER


@pytest.mark.parametrize("mode", ResponseMode)
def test_an_error_is_sent_in_the_clear(mode: ResponseMode) -> None:
    """Sections 8.2 and 8.3.1."""
    form = encode_error(ErrorCode.ACCESS_DENIED, state="state-1", description="nothing to show")
    assert parse_response(_form(form), mode=mode, keys=KEYS) == WalletError(
        error="access_denied", description="nothing to show", state="state-1"
    )
    assert encode_error(ErrorCode.INVALID_REQUEST, state=None) == {"error": "invalid_request"}


def test_the_published_error() -> None:
    form = {
        "error": ["invalid_request"],
        "error_description": ["unsupported client_id_prefix"],
        "state": ["eyJhb...6-sVA"],
    }
    assert parse_response(form, mode=POST) == WalletError(
        error="invalid_request", description="unsupported client_id_prefix", state="eyJhb...6-sVA"
    )


def test_an_error_may_be_encrypted() -> None:
    form = _encrypted({"error": "access_denied", "state": "state-1"})
    assert parse_response(form, mode=POST_JWT, keys=KEYS) == WalletError(
        error="access_denied", description=None, state="state-1"
    )


# -------------------------------------------------------------------------------------------------------- bad input
BAD_PLAIN: list[tuple[str, dict[str, list[str]], str, str]] = [
    ("nothing", {}, "vp_token_missing", "/vp_token"),
    ("vp_token_missing", _plain(vp_token=None), "vp_token_missing", "/vp_token"),
    ("vp_token_a_bare_presentation", _plain(vp_token="eyJ...~"), "json_malformed", "/vp_token"),
    ("vp_token_a_string", _plain(vp_token='"eyJ...~"'), "vp_token_malformed", "/vp_token"),
    ("vp_token_an_array", _plain(vp_token='["eyJ...~"]'), "vp_token_malformed", "/vp_token"),
    ("vp_token_an_empty_object", _plain(vp_token="{}"), "vp_token_empty", "/vp_token"),
    ("vp_token_member_twice", _plain(vp_token='{"a":["x"],"a":["y"]}'), "json_member_repeated", "/vp_token"),
    ("vp_token_with_a_bad_id", _plain(vp_token='{"a b":["x"]}'), "query_id_malformed", "/vp_token"),
    ("presentations_not_an_array", _plain(vp_token='{"a":"x"}'), "presentations_malformed", "/vp_token/a"),
    ("presentations_empty", _plain(vp_token='{"a":[]}'), "presentations_empty", "/vp_token/a"),
    ("presentation_not_text", _plain(vp_token='{"a":[1]}'), "presentations_malformed", "/vp_token/a"),
    ("presentation_empty", _plain(vp_token='{"a":[""]}'), "presentations_malformed", "/vp_token/a"),
    (
        "presentations_too_many",
        _plain(vp_token=json.dumps({"a": ["x"] * 65})),
        "presentations_too_many",
        "/vp_token",
    ),
    ("vp_token_twice", {"vp_token": ["{}", "{}"]}, "parameter_repeated", "/vp_token"),
    ("state_twice", {**_plain(), "state": ["a", "b"]}, "parameter_repeated", "/state"),
    ("encrypted_though_not_asked", _encrypted(), "response_encryption_not_asked", "/response"),
    ("error_with_vp_token", _plain(error="access_denied"), "response_ambiguous", "/error"),
    ("error_empty", {"error": [""]}, "error_malformed", "/error"),
    ("error_not_ascii", {"error": ["verweigert é"]}, "error_malformed", "/error"),
    ("error_with_a_newline", {"error": ["a\nb"]}, "error_malformed", "/error"),
    ("error_too_long", {"error": ["a"], "error_description": ["b" * 501]}, "error_malformed", "/error"),
]


@pytest.mark.parametrize(("form", "reason", "where"), [row[1:] for row in BAD_PLAIN], ids=[row[0] for row in BAD_PLAIN])
def test_plain_answers_that_are_refused(form: dict[str, list[str]], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_response(form, mode=POST)
    assert (caught.value.reason, caught.value.where) == (reason, where)


def _nested() -> dict[str, list[str]]:
    jws = f"{base64url.encode(b'{}')}.{base64url.encode(b'{}')}.AA"
    return _encrypted({"vp_token": jws})


BAD_ENCRYPTED: list[tuple[str, dict[str, list[str]], str]] = [
    ("nothing", {}, "response_missing"),
    ("plaintext_though_encryption_is_required", _plain(), "response_not_encrypted"),
    ("both_forms", {**_plain(), **_encrypted()}, "response_ambiguous"),
    ("encrypted_and_an_error", {"error": ["access_denied"], **_encrypted()}, "response_ambiguous"),
    ("response_twice", {"response": _encrypted()["response"] * 2}, "parameter_repeated"),
    ("garbage", {"response": ["eyJ"]}, "jwe_malformed"),
    ("kid_of_another_key", {"response": [jwe.encrypt({}, JWK | {"kid": "x"}, "A256GCM")]}, "jwe_kid_unknown"),
    ("vp_token_missing", _encrypted({"state": "state-1"}), "vp_token_missing"),
    ("vp_token_a_json_text", _encrypted({"vp_token": '{"pid":["eyJ"]}'}), "vp_token_malformed"),
    ("vp_token_a_jws", _nested(), "vp_token_malformed"),
    ("vp_token_an_array", _encrypted(vp_token=["eyJ"]), "vp_token_malformed"),
    ("vp_token_an_empty_object", _encrypted(vp_token={}), "vp_token_empty"),
    ("presentation_an_object", _encrypted(vp_token={"pid": [{}]}), "presentations_malformed"),
    ("state_a_number", _encrypted(state=1), "state_malformed"),
    ("error_a_number", _encrypted({"error": 1}), "error_malformed"),
    ("error_description_a_number", _encrypted({"error": "a", "error_description": 1}), "error_malformed"),
]


@pytest.mark.parametrize(("form", "reason"), [row[1:] for row in BAD_ENCRYPTED], ids=[row[0] for row in BAD_ENCRYPTED])
def test_encrypted_answers_that_are_refused(form: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_response(form, mode=POST_JWT, keys=KEYS)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("form", "mode", "reason"),
    [
        pytest.param(_plain(), POST, "json_too_large", id="plain"),
        pytest.param(_encrypted(), POST_JWT, "jwe_too_large", id="encrypted"),
    ],
)
def test_answers_that_are_too_large(form: dict[str, list[str]], mode: ResponseMode, reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        parse_response(form, mode=mode, keys=KEYS, max_bytes=30)


def test_as_many_presentations_as_are_read() -> None:
    response = parse_response(_plain(vp_token=json.dumps({"a": ["x"] * 64})), mode=POST)
    assert isinstance(response, ResponseParameters)
    assert len(response.vp_token["a"]) == 64


@pytest.mark.parametrize("expected", ["state-1", None])
def test_the_state_is_that_of_the_request(expected: str | None) -> None:
    """Section 5.3; a request without a state is answered with anything."""
    require_state(ANSWER, expected)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        pytest.param("state-2", "state_mismatch", id="of_another_request"),
        pytest.param(None, "state_missing", id="absent"),
        pytest.param("é\ud800", "state_mismatch", id="not_even_text"),
    ],
)
def test_the_state_is_another(state: str | None, reason: str) -> None:
    with pytest.raises(Rejection, match=reason):
        require_state(WalletError(error="access_denied", description=None, state=state), "state-1")


FORMS = st.dictionaries(
    st.sampled_from(["response", "vp_token", "state", "error", "error_description", "x"]),
    st.lists(st.text() | st.sampled_from(['{"a":["b"]}', "a.b.c.d.e", "eyJhbGciOiJFQ0RILUVTIn0..a.b.c"]), max_size=2),
)


@given(form=FORMS, mode=st.sampled_from(ResponseMode))
def test_any_form_is_read_or_rejected(form: dict[str, list[str]], mode: ResponseMode) -> None:
    with suppress(Rejection):
        parse_response(form, mode=mode, keys=KEYS)


IDS = st.from_regex(r"[A-Za-z0-9_-]{1,9}", fullmatch=True)


@given(
    vp_token=st.dictionaries(IDS, st.lists(st.text(min_size=1), min_size=1, max_size=3), min_size=1, max_size=4),
    state=st.none() | st.text(),
    encryption=st.none() | st.just(ResponseEncryption(jwk=JWK, enc="A128GCM")),
)
def test_whatever_is_answered_comes_back(
    vp_token: dict[str, list[str]], state: str | None, encryption: ResponseEncryption | None
) -> None:
    form = encode_response(vp_token, state=state, encryption=encryption)
    mode = POST_JWT if "response" in form else POST
    assert parse_response(_form(form), mode=mode, keys=KEYS) == ResponseParameters(
        vp_token={query_id: tuple(shown) for query_id, shown in vp_token.items()}, state=state
    )


# --------------------------------------------------------------------------------------- what the verifier answers
def test_the_published_answer_to_the_answer() -> None:
    """Section 8.2."""
    text = (vectors("openid4vp-1.0") / "http_examples_from_spec.txt").read_text()
    start = text.index('{\n  "redirect_uri"')
    body = text[start : text.index("}", start) + 1].encode()
    assert parse_answer(body) == "https://client.example.org/cb#response_code=091535f699ea575c7937fa5f0f454aee"


def test_an_answer_without_redirect() -> None:
    assert parse_answer(b'{"unknown":1}') is None
    assert encode_answer(None) == {}
    assert encode_answer("https://a.example/#c") == {"redirect_uri": "https://a.example/#c"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "json_malformed", id="empty"),
        pytest.param(b"[]", "json_not_object", id="array"),
        pytest.param(b'{"redirect_uri":1}', "redirect_uri_malformed", id="not_text"),
        pytest.param(b'{"redirect_uri":"javascript:alert(1)"}', "url_malformed", id="script"),
        pytest.param(b'{"redirect_uri":"http://a.example/"}', "url_not_https", id="http"),
        pytest.param(b'{"redirect_uri":"https://a.example/#a b"}', "redirect_uri_malformed", id="space_in_fragment"),
        pytest.param(
            '{"redirect_uri":"https://a.example/#é"}'.encode(), "redirect_uri_malformed", id="fragment_not_ascii"
        ),
        pytest.param(b'{"redirect_uri":"https://a.example/#\\n"}', "redirect_uri_malformed", id="newline_in_fragment"),
    ],
)
def test_answers_to_the_answer_that_are_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_answer(body)
    assert caught.value.reason == reason


def test_a_redirect_on_one_machine() -> None:
    body = b'{"redirect_uri":"http://127.0.0.1:8002/done#c"}'
    assert parse_answer(body, http=LoopbackHttp.ALLOWED) == "http://127.0.0.1:8002/done#c"
