"""Header and claims that every SD-JWT VC carries: SD-JWT VC, draft -24, section 2.2; HAIP 1.0, section 6.1."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from tests.vc_core.forged_jws import ABSENT, JSON, changed
from tests.vc_core.handmade_certificates import certificate
from tests.vc_core.sd_jwt.handmade import DISCLOSURES, HEADER, HOLDER, ISSUER, PAYLOAD, b64, digest, disclosure, sd_jwt
from vc_core.claims import ClaimPath
from vc_core.jose import x5c_header
from vc_core.rejection import Rejection
from vc_core.sd_jwt import DisclosurePlan, parse_compact, process, verify_issuer_signature
from vc_core.sd_jwt_vc import NEVER_DISCLOSED, Envelope, check_envelope, issue, require_type

STATUS = {"status_list": {"idx": 7, "uri": "https://issuer.example/status/1"}}
FULL = {
    **PAYLOAD,
    "iss": "https://issuer.example",
    "nbf": PAYLOAD["iat"],
    "vct#integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "aka_vcts": ["urn:example:type"],
    "status": STATUS,
}


def read(payload: dict[str, Any], *disclosures: str) -> Envelope:
    parsed = parse_compact(sd_jwt(payload, *disclosures))
    return check_envelope(process(parsed), parsed)


def test_everything_that_an_envelope_says() -> None:
    assert read(FULL, *DISCLOSURES) == Envelope(
        vct="urn:example:type:1",
        vct_integrity="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        aka_vcts=("urn:example:type",),
        issuer="https://issuer.example",
        issued_at=datetime(2025, 11, 23, tzinfo=UTC),
        not_before=datetime(2025, 11, 23, tzinfo=UTC),
        expires_at=datetime(2027, 1, 15, 8, 0, tzinfo=UTC),
        holder_key=HOLDER.public_key,
        status=STATUS,
    )


def test_the_least_that_an_envelope_says() -> None:
    envelope = read({"vct": "x"})
    assert envelope.vct == "x"
    assert {envelope.issuer, envelope.issued_at, envelope.expires_at, envelope.holder_key, envelope.status} == {None}


def test_iat_alone_may_be_disclosed_selectively() -> None:
    iat = disclosure("s", "iat", 1763856000)
    assert read({"vct": "x", "_sd": [digest(iat)]}, iat).issued_at == datetime(2025, 11, 23, tzinfo=UTC)


TYPES: dict[str, tuple[object, str]] = {
    "missing": (ABSENT, "typ_missing"),
    "jwt": ("JWT", "typ_wrong"),
    "former_name": ("vc+sd-jwt", "typ_wrong"),
    "upper_case": ("DC+SD-JWT", "typ_wrong"),
    "whole_media_type": ("application/dc+sd-jwt", "typ_wrong"),
    "null": (None, "typ_wrong"),
    "array": (["dc+sd-jwt"], "typ_wrong"),
}


@pytest.mark.parametrize(("typ", "reason"), TYPES.values(), ids=TYPES)
def test_type_header(typ: object, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        require_type(parse_compact(sd_jwt(PAYLOAD, header=changed(HEADER, {"typ": typ}))))
    assert caught.value.reason == reason


def test_good_type_header() -> None:
    require_type(parse_compact(sd_jwt(PAYLOAD)))


JWK = PAYLOAD["cnf"]["jwk"]

FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "vct_missing": ({"vct": ABSENT}, "vct_missing", "/vct"),
    "vct_a_number": ({"vct": 1}, "vct_malformed", "/vct"),
    "vct_empty": ({"vct": ""}, "vct_malformed", "/vct"),
    "vct_integrity_a_number": ({"vct#integrity": 1}, "vct_integrity_malformed", "/vct#integrity"),
    "aka_vcts_empty": ({"aka_vcts": []}, "aka_vcts_empty", "/aka_vcts"),
    "aka_vcts_a_string": ({"aka_vcts": "urn:example:type"}, "aka_vcts_malformed", "/aka_vcts"),
    "aka_vcts_hold_a_number": ({"aka_vcts": [1]}, "aka_vcts_malformed", "/aka_vcts"),
    "aka_vcts_hold_the_vct": ({"aka_vcts": ["urn:example:type:1"]}, "vct_repeated", "/aka_vcts"),
    "iss_a_number": ({"iss": 1}, "iss_malformed", "/iss"),
    "iat_a_string": ({"iat": "2025"}, "iat_malformed", "/payload/iat"),
    "nbf_null": ({"nbf": None}, "nbf_malformed", "/payload/nbf"),
    "exp_a_string": ({"exp": "2042"}, "exp_malformed", "/payload/exp"),
    "exp_beyond_the_calendar": ({"exp": 2**63}, "exp_malformed", "/exp"),
    "cnf_a_string": ({"cnf": "key"}, "cnf_malformed", "/cnf"),
    "cnf_kid_only": ({"cnf": {"kid": "k1"}}, "cnf_jwk_missing", "/cnf"),
    "cnf_jwk_private": ({"cnf": {"jwk": {**JWK, "d": b64(bytes(32))}}}, "jwk_private", "/cnf/jwk"),
    "cnf_jwk_not_on_curve": ({"cnf": {"jwk": {**JWK, "y": JWK["x"]}}}, "jwk_not_on_curve", "/cnf/jwk"),
    "status_a_string": ({"status": "valid"}, "status_malformed", "/status"),
    "status_by_another_mechanism": ({"status": {"identifier_list": {}}}, "status_list_missing", "/status/status_list"),
}


@pytest.mark.parametrize(("changes", "reason", "where"), FAULTS.values(), ids=FAULTS)
def test_faults(changes: dict[str, Any], reason: str, where: str) -> None:
    with pytest.raises(Rejection) as caught:
        read(changed(FULL, changes), *DISCLOSURES)
    assert (caught.value.reason, caught.value.where) == (reason, where)


@pytest.mark.parametrize("name", sorted(NEVER_DISCLOSED))
def test_claims_never_disclosed(name: str) -> None:
    """SD-JWT VC, section 2.2.2.3."""
    text = disclosure("s", name, FULL[name])
    payload = changed(FULL, {name: ABSENT, "_sd": [*PAYLOAD["_sd"], digest(text)]})
    with pytest.raises(Rejection) as caught:
        read(payload, *DISCLOSURES, text)
    assert (caught.value.reason, caught.value.where) == ("envelope_claim_disclosed", f"/{name}")


def test_sub_claims_never_disclosed() -> None:
    text = disclosure("s", "status_list", STATUS["status_list"])
    with pytest.raises(Rejection) as caught:
        read({**FULL, "status": {"_sd": [digest(text)]}}, *DISCLOSURES, text)
    assert (caught.value.reason, caught.value.where) == ("envelope_claim_disclosed", "/status/status_list")


@pytest.mark.parametrize("payload", [{"vct": "x", "_sd": []}, {"vct": "x", "_sd": [], "_sd_alg": "sha-256"}])
def test_sd_where_nothing_can_be_disclosed(payload: dict[str, Any]) -> None:
    """SD-JWT VC, section 2.2.2.5."""
    with pytest.raises(Rejection) as caught:
        read(payload)
    assert caught.value.reason == "sd_without_digests"


@pytest.mark.parametrize("payload", [{"vct": "x", "_sd": ["decoy"]}, {"vct": "x", "a": {"_sd": ["decoy"]}, "_sd": []}])
def test_sd_where_something_might_be_disclosed(payload: dict[str, Any]) -> None:
    assert read(payload).vct == "x"


def test_issue_sets_the_type_and_conceals_as_planned() -> None:
    claims = {"vct": "urn:example:type:1", "given_name": "Ada"}
    issued = issue(claims, plan=DisclosurePlan(paths=(("given_name",),)), signer=ISSUER, random=bytes)
    verify_issuer_signature(issued, ISSUER.public_key)
    require_type(issued)
    assert issued.jwt.header == {"typ": "dc+sd-jwt", "alg": "ES256"}
    assert process(issued).claims == claims


def test_issue_sends_the_signers_chain() -> None:
    signer = replace(ISSUER, chain=(certificate(),))
    issued = issue({"vct": "x"}, plan=DisclosurePlan(), signer=signer, random=bytes, header={"typ": "JWT", "kid": "k"})
    assert issued.jwt.header == {"typ": "dc+sd-jwt", "kid": "k", "x5c": x5c_header(signer.chain), "alg": "ES256"}


@pytest.mark.parametrize("path", [("exp",), ("cnf", "jwk"), ("status", "status_list", "idx"), ("aka_vcts", None)])
def test_issue_conceals_nothing_of_the_envelope(path: ClaimPath) -> None:
    with pytest.raises(ValueError, match="never selectively disclosed"):
        issue({"vct": "x"}, plan=DisclosurePlan(paths=(path,)), signer=ISSUER, random=bytes)


def test_issue_needs_a_vct() -> None:
    with pytest.raises(ValueError, match="vct"):
        issue({"a": 1}, plan=DisclosurePlan(), signer=ISSUER, random=bytes)


@given(JSON, JSON, JSON)
def test_only_rejections(first: object, second: object, third: object) -> None:
    for names in (("vct", "iss", "aka_vcts"), ("iat", "nbf", "exp"), ("cnf", "status", "vct#integrity")):
        with contextlib.suppress(Rejection):
            read({"vct": "x", **dict(zip(names, (first, second, third), strict=True))})
    with contextlib.suppress(Rejection):
        read({"vct": "x", "cnf": {"jwk": first}, "status": {"status_list": second}})
