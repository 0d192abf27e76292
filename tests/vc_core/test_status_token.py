"""`status_token`: the draft's tokens are read and verified, ours have its form, and each bad one has its reason."""

import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge
from tests.vectors import read_hex, read_json, vectors
from vc_core import base64url, cbor, cose, jose
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status, StatusList
from vc_core.status_token import StatusToken, TokenFormat, encode_cwt, encode_jwt, parse_token

URI = "https://example.com/statuslists/1"
FOLDER = "token-status-list"
SHORT = StatusList.of(dict(enumerate([1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1])), bits=1, size=16).deflate()
SIGNER = pilot.STATUS_SIGNER
ISSUED = pilot.NOW
FORMS = {
    TokenFormat.JWT: lambda **members: encode_jwt(SHORT, **members).encode(),
    TokenFormat.CWT: lambda **members: encode_cwt(SHORT, **members),
}


def draft_key() -> ec.EllipticCurvePublicKey:
    private = read_json(vectors(FOLDER) / "key.json")["private_jwk"]
    return jose.public_key_from_jwk({name: private[name] for name in ("kty", "crv", "x", "y")})


def draft_jwt() -> bytes:
    return (vectors(FOLDER) / "status_list_token.jwt.txt").read_bytes().strip()


def draft_cwt() -> bytes:
    return read_hex(vectors(FOLDER) / "status_list_token.cwt.cbor.hex.txt")


@pytest.mark.parametrize(
    ("body", "form"), [(draft_jwt, TokenFormat.JWT), (draft_cwt, TokenFormat.CWT)], ids=["jwt", "cwt"]
)
def test_the_draft_s_token_is_read_and_verified(body: Callable[[], bytes], form: TokenFormat) -> None:
    """Sections 5.1 and 5.2; the same list in both."""
    token = parse_token(body(), form.value)
    token.verify(draft_key())
    assert (token.format, token.subject, token.ttl, token.chain) == (form, URI, 43200, ())
    assert token.issued_at == datetime.fromtimestamp(1686920170, UTC)
    assert token.expires == datetime.fromtimestamp(2291720170, UTC)
    assert token.list == SHORT.inflate()
    assert token.aggregation_uri is None


def test_the_draft_s_payloads_are_what_ours_would_be() -> None:
    """Deterministic parts, byte for byte: our JWT claims less its `iss`, and our whole CWT payload."""
    members: dict[str, Any] = {
        "subject": URI,
        "issued_at": datetime.fromtimestamp(1686920170, UTC),
        "expires": datetime.fromtimestamp(2291720170, UTC),
        "ttl": timedelta(hours=12),
        "signer": SoftwareKey(SIGNER.private_key),
    }
    expected = read_json(vectors(FOLDER) / "status_list_token.jwt.decoded.json")["payload"]
    del expected["iss"]
    assert jose.parse_jws(encode_jwt(SHORT, **members)).claims() == expected
    ours, theirs = cbor.loads(encode_cwt(SHORT, **members)), cbor.loads(draft_cwt())
    assert cbor.loads(ours.value[0]) == cbor.loads(theirs.value[0])
    assert ours.value[2] == theirs.value[2]


@pytest.mark.parametrize("form", TokenFormat)
def test_a_token_reads_as_it_is_written(form: TokenFormat) -> None:
    body = FORMS[form](
        subject=URI,
        issued_at=ISSUED,
        signer=SIGNER,
        expires=ISSUED + timedelta(days=7),
        ttl=timedelta(minutes=15),
        aggregation_uri="https://example.com/all",
    )
    token = parse_token(body, f"{form.value}; charset=utf-8")
    token.verify(SIGNER.public_key)
    assert (token.subject, token.issued_at, token.expires, token.ttl) == (URI, ISSUED, ISSUED + timedelta(days=7), 900)
    assert (token.chain, token.aggregation_uri) == (SIGNER.chain, "https://example.com/all")
    assert token.list.value(0) == Status.INVALID


@pytest.mark.parametrize("form", TokenFormat)
def test_what_need_not_be_there_may_be_absent(form: TokenFormat) -> None:
    token = parse_token(FORMS[form](subject=URI, issued_at=ISSUED, signer=SIGNER), form.value)
    assert (token.expires, token.ttl, token.aggregation_uri) == (None, None, None)


@pytest.mark.parametrize("form", TokenFormat)
def test_what_is_known_of_one_token_is_not_known_of_another(form: TokenFormat) -> None:
    body = FORMS[form](subject=URI, issued_at=ISSUED, signer=SIGNER)
    first, second = parse_token(body, form.value), parse_token(body, form.value)
    assert {first: "verified"}.get(first) == "verified"
    assert {first: "verified"}.get(second) is None


@pytest.mark.parametrize("form", TokenFormat)
def test_another_key_did_not_sign(form: TokenFormat) -> None:
    token = parse_token(FORMS[form](subject=URI, issued_at=ISSUED, signer=SIGNER), form.value)
    with pytest.raises(Rejection, match="signature_invalid"):
        token.verify(pilot.DOCUMENT_SIGNER.public_key)


@pytest.mark.parametrize("form", TokenFormat)
@pytest.mark.parametrize("algorithms", [{"ES384"}, set(), {"none"}], ids=["another", "no_algorithm", "none"])
def test_an_algorithm_not_asked_for_is_refused(form: TokenFormat, algorithms: set[str]) -> None:
    token = parse_token(FORMS[form](subject=URI, issued_at=ISSUED, signer=SIGNER), form.value)
    with pytest.raises(Rejection, match="algorithm_not_allowed"):
        token.verify(SIGNER.public_key, algorithms)


@pytest.mark.parametrize("form", TokenFormat)
def test_es384_by_its_jws_name(form: TokenFormat) -> None:
    signer = SoftwareKey(ec.derive_private_key(5, ec.SECP384R1()))
    token = parse_token(FORMS[form](subject=URI, issued_at=ISSUED, signer=signer), form.value)
    token.verify(signer.public_key, {"ES256", "ES384"})


CLAIMS: dict[str, Any] = {
    "sub": URI,
    "iat": int(ISSUED.timestamp()),
    "exp": int(ISSUED.timestamp()) + 604800,
    "ttl": 43200,
    "status_list": {"bits": 1, "lst": SHORT.lst},
}
NUMBERS = {"sub": 2, "iat": 6, "exp": 4, "ttl": 65534, "status_list": 65533}
BOMB = zlib.compress(bytes(64 * 1024 * 1024), 9)


def jwt_with(claims: Mapping[str, Any], **header: Any) -> bytes:
    """`lst` given as bytes is spelt in base64url."""
    claims, status_list = dict(claims), claims.get("status_list")
    if isinstance(status_list, dict) and isinstance(status_list.get("lst"), bytes):
        claims["status_list"] = {**status_list, "lst": base64url.encode(status_list["lst"])}
    members = changed({"typ": "statuslist+jwt", "x5c": jose.x5c_header(SIGNER.chain), "alg": "ES256"}, header)
    return forge(members, claims, SIGNER).encode()


def cwt_with(claims: Mapping[str, Any], **message: Any) -> bytes:
    payload = cbor.dumps({NUMBERS[name]: value for name, value in claims.items()})
    options = {"protected_extra": {16: "application/statuslist+cwt"}} | message
    return cose.encode_sign1(cose.sign1(payload, signer=SIGNER, **options), tagging=cose.Tagging.REQUIRED)


def in_list(**changes: Any) -> dict[str, Any]:
    return {"status_list": changed(CLAIMS["status_list"], changes)}


BAD_CLAIMS: dict[str, tuple[str, dict[str, Any]]] = {
    "sub_missing": ("sub_missing", {"sub": ABSENT}),
    "sub_number": ("sub_malformed", {"sub": 1}),
    "iat_missing": ("iat_missing", {"iat": ABSENT}),
    "iat_string": ("iat_malformed", {"iat": "1686920170"}),
    "iat_boolean": ("iat_malformed", {"iat": True}),
    "iat_negative": ("iat_malformed", {"iat": -1}),
    "exp_null": ("exp_malformed", {"exp": None}),
    "exp_string": ("exp_malformed", {"exp": "later"}),
    "exp_beyond_the_calendar": ("exp_malformed", {"exp": 2**62}),
    "ttl_null": ("ttl_malformed", {"ttl": None}),
    "ttl_zero": ("ttl_malformed", {"ttl": 0}),
    "ttl_negative": ("ttl_malformed", {"ttl": -1}),
    "ttl_string": ("ttl_malformed", {"ttl": "43200"}),
    "ttl_endless": ("ttl_malformed", {"ttl": 2**62}),
    "list_missing": ("status_list_missing", {"status_list": ABSENT}),
    "list_not_an_object": ("status_list_malformed", {"status_list": []}),
    "lst_missing": ("status_list_malformed", in_list(lst=ABSENT)),
    "lst_number": ("status_list_malformed", in_list(lst=1)),
    "aggregation_uri_number": ("status_list_malformed", in_list(aggregation_uri=1)),
    "bits_missing": ("status_bits_wrong", in_list(bits=ABSENT)),
    "bits_0": ("status_bits_wrong", in_list(bits=0)),
    "bits_3": ("status_bits_wrong", in_list(bits=3)),
    "bits_16": ("status_bits_wrong", in_list(bits=16)),
    "bits_string": ("status_bits_wrong", in_list(bits="1")),
    "lst_raw_deflate": ("status_list_not_zlib", in_list(lst=SHORT.lst[2:-4])),
    "lst_gzip": ("status_list_not_zlib", in_list(lst=zlib.compress(b"\xb9\xa3", 9, wbits=31))),
    "lst_truncated": ("status_list_truncated", in_list(lst=SHORT.lst[:-1])),
    "lst_bomb": ("status_list_too_large", in_list(lst=BOMB)),
}


@pytest.mark.parametrize("form", TokenFormat)
@pytest.mark.parametrize(("reason", "changes"), BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_bad_claim_is_refused_in_both_forms(reason: str, changes: dict[str, Any], form: TokenFormat) -> None:
    body = {TokenFormat.JWT: jwt_with, TokenFormat.CWT: cwt_with}[form](changed(CLAIMS, changes))
    with pytest.raises(Rejection) as caught:
        parse_token(body, form.value)
    assert caught.value.reason == reason


LST = base64url.encode(SHORT.lst)
GOOD_JWT, GOOD_CWT = jwt_with(CLAIMS), cwt_with(CLAIMS)
JWT, CWT = TokenFormat.JWT.value, TokenFormat.CWT.value

BAD_ENVELOPES: dict[str, tuple[str, bytes, str]] = {
    "media_type_text": ("media_type_wrong", GOOD_JWT, "text/plain"),
    "media_type_missing": ("media_type_wrong", GOOD_JWT, ""),
    "media_type_of_any_jwt": ("media_type_wrong", GOOD_JWT, "application/jwt"),
    "too_large": ("token_too_large", b"." * (4 * 1024 * 1024 + 1), JWT),
    "cwt_called_jwt": ("token_malformed", GOOD_CWT, JWT),
    "jwt_called_cwt": ("cbor_trailing_bytes", GOOD_JWT, CWT),
    "jwt_typ_of_any_jwt": ("type_wrong", jwt_with(CLAIMS, typ="JWT"), JWT),
    "jwt_typ_missing": ("type_wrong", jwt_with(CLAIMS, typ=ABSENT), JWT),
    "jwt_typ_with_application": ("type_wrong", jwt_with(CLAIMS, typ="application/statuslist+jwt"), JWT),
    "jwt_x5c_malformed": ("x5c_malformed", jwt_with(CLAIMS, x5c=["MIIB"]), JWT),
    "jwt_critical_header": ("critical_header_unknown", jwt_with(CLAIMS, crit=["exp"]), JWT),
    "jwt_lst_padded": ("base64url_malformed", jwt_with({**CLAIMS, **in_list(lst=LST + "==")}), JWT),
    "jwt_lst_standard_alphabet": ("base64url_malformed", jwt_with({**CLAIMS, **in_list(lst="eNrb+RgA/hcBXQ")}), JWT),
    "jwt_lst_of_another_form": ("status_list_malformed", jwt_with({**CLAIMS, **in_list(lst=["eNrb"])}), JWT),
    "cwt_lst_of_another_form": ("status_list_malformed", cwt_with({**CLAIMS, **in_list(lst=LST)}), CWT),
    "cwt_untagged": ("cose_tag_missing", cbor.dumps(cbor.loads(GOOD_CWT).value), CWT),
    "cwt_tagged_cwt": ("cose_tag_unexpected", b"\xd8\x3d" + GOOD_CWT, CWT),
    "cwt_mac": ("cose_tag_unexpected", cbor.dumps(cbor.CBORTag(17, cbor.loads(GOOD_CWT).value)), CWT),
    "cwt_type_missing": ("type_wrong", cwt_with(CLAIMS, protected_extra={}), CWT),
    "cwt_type_in_unprotected": (
        "type_wrong",
        cwt_with(CLAIMS, protected_extra={}, unprotected={16: "application/statuslist+cwt"}),
        CWT,
    ),
    "cwt_type_short": ("type_wrong", cwt_with(CLAIMS, protected_extra={16: "statuslist+cwt"}), CWT),
    "cwt_payload_detached": ("cbor_truncated", cwt_with(CLAIMS, detached=True), CWT),
    "cwt_payload_not_a_map": (
        "token_malformed",
        cose.encode_sign1(
            cose.sign1(b"\x80", signer=SIGNER, protected_extra={16: "application/statuslist+cwt"}),
            tagging=cose.Tagging.REQUIRED,
        ),
        CWT,
    ),
}


@pytest.mark.parametrize(("reason", "body", "media_type"), BAD_ENVELOPES.values(), ids=BAD_ENVELOPES.keys())
def test_a_bad_envelope_is_refused(reason: str, body: bytes, media_type: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_token(body, media_type)
    assert caught.value.reason == reason


def test_the_valid_neighbours_of_the_bad_ones_are_read() -> None:
    for body, media_type in ((GOOD_JWT, JWT), (GOOD_CWT, CWT)):
        parse_token(body, media_type).verify(SIGNER.public_key)


def test_no_algorithm_is_no_signature() -> None:
    """`alg: none` is read like any other name and verified like none."""
    with pytest.raises(Rejection, match="algorithm_not_allowed"):
        parse_token(jwt_with(CLAIMS, alg="none"), JWT).verify(SIGNER.public_key)


def read(body: bytes, media_type: str) -> StatusToken | None:
    try:
        return parse_token(body, media_type)
    except Rejection:
        return None


@given(st.binary(max_size=300), st.sampled_from([JWT, CWT]))
def test_any_body_is_read_or_refused(body: bytes, media_type: str) -> None:
    assert read(body, media_type) is None


@given(st.dictionaries(st.sampled_from(sorted(CLAIMS)), JSON | st.just(ABSENT), min_size=1))
def test_any_claims_are_read_or_refused(changes: dict[str, Any]) -> None:
    claims = changed(CLAIMS, changes)
    read(jwt_with(claims), JWT)
    read(cwt_with(claims), CWT)


@given(st.integers(0, len(GOOD_CWT) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_breaks_the_signature(position: int, change: int) -> None:
    for body, media_type in ((GOOD_CWT, CWT), (GOOD_JWT, JWT)):
        octets = bytearray(body)
        octets[position % len(body)] ^= change
        token = read(bytes(octets), media_type)
        if token is not None:
            with pytest.raises(Rejection):
                token.verify(SIGNER.public_key)
