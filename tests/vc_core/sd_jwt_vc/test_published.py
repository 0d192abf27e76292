"""Published SD-JWT VCs: those of the SD-JWT VC draft, OpenID4VCI 1.0, OpenID4VP 1.0 and Token Status List.

All are signed with the key of RFC 9901, A.5; none carries `x5c`.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vc_core.sd_jwt.published import published_contents, read_keys, read_sd_jwt
from tests.vectors import read_json, vectors
from vc_core.claims import ClaimPath
from vc_core.sd_jwt import (
    DisclosurePlan,
    SdJwt,
    parse_key_binding,
    present,
    process,
    require_audience,
    require_issued_now,
    require_nonce,
    require_sd_hash,
    select_disclosures,
    verify_binding_signature,
    verify_issuer_signature,
)
from vc_core.sd_jwt.concealment import prepare, seal
from vc_core.sd_jwt.disclosure import digest
from vc_core.sd_jwt_vc import check_envelope, require_type

KEY_BOUND = ("2.3-identity-credential", "A.1-pid-portrait")
NONCE = "1234567890"


@pytest.fixture(scope="module")
def root() -> Path:
    return vectors("sdjwt-vc")


def _check_credential(sd_jwt: SdJwt) -> None:
    issuer_key, holder_key = read_keys(vectors("sdjwt-vc"))
    verify_issuer_signature(sd_jwt, issuer_key)
    require_type(sd_jwt)
    envelope = check_envelope(process(sd_jwt), sd_jwt)
    assert envelope.vct == sd_jwt.payload["vct"]
    assert envelope.holder_key == holder_key
    assert envelope.expires_at == datetime(2029, 9, 1, 23, 33, 20, tzinfo=UTC)


def _check_key_binding(sd_jwt: SdJwt, audience: str) -> None:
    binding = parse_key_binding(sd_jwt)
    verify_binding_signature(binding, read_keys(vectors("sdjwt-vc"))[1])
    require_nonce(binding, NONCE)
    require_audience(binding, audience)
    require_sd_hash(binding, sd_jwt)
    require_issued_now(binding, datetime.fromtimestamp(binding.claims["iat"], UTC) + timedelta(seconds=5))


@pytest.mark.parametrize("name", KEY_BOUND)
def test_issued(root: Path, name: str) -> None:
    folder = root / name
    sd_jwt = read_sd_jwt(folder / "issued.txt")
    _check_credential(sd_jwt)
    assert sd_jwt.jwt.header == read_json(folder / "meta.json")["jose_header"]
    assert sd_jwt.payload == read_json(folder / "sd_jwt_payload.json")
    assert process(sd_jwt).claims == read_json(folder / "expected_all_disclosed.json")
    published = read_json(folder / "disclosures.json")
    assert [(found.text, digest(found.text)) for found in sd_jwt.disclosures] == [
        (entry["disclosure"], entry["sha256"]) for entry in published
    ]


@pytest.mark.parametrize("name", KEY_BOUND)
def test_presented(root: Path, name: str) -> None:
    folder = root / name
    sd_jwt = read_sd_jwt(folder / "presentation_kb.txt")
    _check_credential(sd_jwt)
    _check_key_binding(sd_jwt, "https://example.com/verifier")
    assert process(sd_jwt).claims == read_json(folder / "expected_processed_payload.json")
    assert parse_key_binding(sd_jwt).claims == read_json(folder / "kb_jwt_payload.json")


SELECTED: dict[str, tuple[ClaimPath, ...]] = {
    "2.3-identity-credential": (("address",), ("is_over_65",)),
    "A.1-pid-portrait": (("age_equal_or_over", "18"), ("nationalities",)),
}


@pytest.mark.parametrize("name", KEY_BOUND)
def test_our_presentation_is_the_published_one(root: Path, name: str) -> None:
    issued = read_sd_jwt(root / name / "issued.txt")
    published = read_sd_jwt(root / name / "presentation_kb.txt")
    assert sorted(select_disclosures(issued, SELECTED[name])) == sorted(published.disclosures)
    assert present(issued, published.disclosures) == published.text


@pytest.mark.parametrize("name", KEY_BOUND)
def test_our_payload_is_the_published_one(root: Path, name: str) -> None:
    folder = root / name
    issued = read_sd_jwt(folder / "issued.txt")
    clear = {name: value for name, value in issued.payload.items() if name not in ("_sd", "_sd_alg")}
    plan = DisclosurePlan(paths=tuple(process(issued).disclosed))
    prepared = prepare({**clear, **read_json(folder / "user_claims.json")}, plan)
    disclosures = seal(prepared, random=bytes, algorithm="sha-256", encode=published_contents(folder))
    assert {**prepared.payload, "_sd_alg": "sha-256"} == issued.payload
    assert {found.text for found in disclosures} == {found.text for found in issued.disclosures}


def test_without_key_binding(root: Path) -> None:
    folder = root / "2.3.2-presentation-without-kb"
    sd_jwt = read_sd_jwt(folder / "presentation_no_kb.txt")
    verify_issuer_signature(sd_jwt, read_keys(root)[0])
    require_type(sd_jwt)
    processed = process(sd_jwt)
    assert check_envelope(processed, sd_jwt).holder_key is None
    assert processed.claims == read_json(folder / "expected_processed_payload.json")


def test_credential_response_of_openid4vci() -> None:
    sd_jwt = read_sd_jwt(vectors("openid4vci-1.0") / "derived" / "credential_response_sd_jwt_vc.credential.txt")
    _check_credential(sd_jwt)
    assert len(process(sd_jwt).disclosed) == 9
    assert process(sd_jwt).claims["address"] == {
        "street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US",
    }  # fmt: skip


@pytest.fixture(scope="module")
def openid4vp() -> Path:
    return vectors("openid4vp-1.0") / "examples" / "sd_jwt_vcld" / "01"


def test_issued_in_openid4vp(openid4vp: Path) -> None:
    sd_jwt = read_sd_jwt(openid4vp / "sd_jwt_issuance.txt")
    _check_credential(sd_jwt)
    assert sd_jwt.jwt.text == "".join((openid4vp / "sd_jwt_jws_part.txt").read_text().split())
    assert sd_jwt.payload == read_json(openid4vp / "sd_jwt_payload.json")
    entered = read_json(openid4vp / "user_claims.json")
    assert {name: process(sd_jwt).claims[name] for name in entered} == entered


def test_presented_in_openid4vp(openid4vp: Path) -> None:
    sd_jwt = read_sd_jwt(openid4vp / "sd_jwt_presentation.txt")
    _check_credential(sd_jwt)
    _check_key_binding(sd_jwt, "https://verifier.example.org")
    binding = parse_key_binding(sd_jwt)
    assert binding.jws.text == "".join((openid4vp / "kb_jwt_serialized.txt").read_text().split())
    assert binding.jws.header == read_json(openid4vp / "kb_jwt_header.json")
    assert binding.claims == read_json(openid4vp / "kb_jwt_payload.json")
    assert process(sd_jwt).claims == read_json(openid4vp / "verified_contents.json")


def test_our_presentation_is_the_one_in_openid4vp(openid4vp: Path) -> None:
    issued = read_sd_jwt(openid4vp / "sd_jwt_issuance.txt")
    chosen = select_disclosures(issued, [("ld", "credentialSubject", "givenName")])
    assert present(issued, chosen) == read_sd_jwt(openid4vp / "sd_jwt_presentation.txt").text


def test_referenced_token_of_token_status_list() -> None:
    """An SD-JWT without `vct`, so no SD-JWT VC."""
    folder = vectors("token-status-list")
    sd_jwt = read_sd_jwt(folder / "referenced_token_sd_jwt.txt")
    expected = read_json(folder / "referenced_token_sd_jwt.expected.json")
    verify_issuer_signature(sd_jwt, read_keys(vectors("sdjwt-vc"))[0])
    assert sd_jwt.payload == expected["payload"]
    assert process(sd_jwt).claims == expected["all_disclosed"]
