"""The published examples of RFC 9901, each with all that its folder holds; keys and clock are those of the RFC."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.vc_core.forged_jws import forge, software_key
from tests.vc_core.sd_jwt.published import published_contents, read_keys, read_sd_jwt
from tests.vectors import read_json, vectors
from vc_core import strict_json
from vc_core.claims import ClaimPath
from vc_core.rejection import Rejection
from vc_core.sd_jwt import (
    DisclosurePlan,
    SdJwt,
    confirmation_key,
    parse_compact,
    parse_json,
    parse_key_binding,
    present,
    process,
    require_audience,
    require_issued_now,
    require_nonce,
    require_sd_hash,
    require_unbound,
    require_valid_at,
    sd_hash,
    select_disclosures,
    to_flattened,
    to_general,
    verify_binding_signature,
    verify_issuer_signature,
)
from vc_core.sd_jwt.concealment import prepare, seal
from vc_core.sd_jwt.disclosure import digest, parse_disclosure

EVERY = (
    "5-simple-RFC9901-exact",
    "5-simple-draft22build",
    "6.1-address-flat",
    "6.2-address-structured",
    "6.3-address-recursive",
    "A.1-simple-structured-decoys",
    "A.2-complex-ekyc",
    "A.3-pid-sdjwtvc",
    "A.4-w3c-vcdm2",
)
INPUT_NOT_PUBLISHED = ("6.1-address-flat", "6.2-address-structured", "6.3-address-recursive")
ISSUED = ("5-simple-RFC9901-exact", "5-simple-draft22build", "A.3-pid-sdjwtvc", "A.4-w3c-vcdm2")
WITHOUT_KEY_BINDING = ("A.1-simple-structured-decoys", "A.2-complex-ekyc")
JSON_FORMS = ("flattened_issued", "flattened_sdjwt_kb", "general_sdjwt_kb")


@pytest.fixture(scope="module")
def root() -> Path:
    return vectors("sdjwt-rfc9901")


def _all_disclosed(folder: Path) -> SdJwt:
    """The published payload with every published disclosure, under a signature of ours."""
    jwt = forge({"alg": "ES256"}, read_json(folder / "sd_jwt_payload.json"), software_key(1))
    return parse_compact("~".join([jwt, *[e["disclosure"] for e in read_json(folder / "disclosures.json")], ""]))


@pytest.mark.parametrize("name", EVERY)
def test_disclosures_and_their_digests(root: Path, name: str) -> None:
    for entry in read_json(root / name / "disclosures.json"):
        read = parse_disclosure(entry["disclosure"])
        assert digest(entry["disclosure"]) == entry["sha256"]
        assert [read.salt, *([] if read.name is None else [read.name]), read.value] == entry["contents"]


@pytest.mark.parametrize("name", EVERY)
def test_every_published_disclosure_has_its_place(root: Path, name: str) -> None:
    sd_jwt = _all_disclosed(root / name)
    assert len(process(sd_jwt).disclosed) == len(sd_jwt.disclosures)


@pytest.mark.parametrize("name", ISSUED)
def test_issued(root: Path, name: str) -> None:
    issuer_key, _ = read_keys(root)
    sd_jwt = read_sd_jwt(root / name / "issued.txt")
    verify_issuer_signature(sd_jwt, issuer_key)
    require_unbound(sd_jwt)
    assert sd_jwt.payload == read_json(root / name / "sd_jwt_payload.json")
    assert [found.text for found in sd_jwt.disclosures] == [
        entry["disclosure"] for entry in read_json(root / name / "disclosures.json")
    ]
    assert process(sd_jwt).claims == read_json(root / name / "expected_all_disclosed.json")


def _check_key_binding(sd_jwt: SdJwt, root: Path) -> None:
    kb = read_json(root / "keys.json")["kb"]
    claims = process(sd_jwt).claims
    binding = parse_key_binding(sd_jwt)
    made_at = datetime.fromtimestamp(binding.claims["iat"], UTC)
    assert confirmation_key(claims) == read_keys(root)[1]
    verify_binding_signature(binding, confirmation_key(claims))
    require_nonce(binding, kb["nonce"])
    require_audience(binding, kb["aud"])
    require_sd_hash(binding, sd_jwt)
    require_issued_now(binding, made_at + timedelta(seconds=5))
    require_valid_at(claims, made_at)


@pytest.mark.parametrize("name", ISSUED)
def test_presentation_with_key_binding(root: Path, name: str) -> None:
    issuer_key, _ = read_keys(root)
    sd_jwt = read_sd_jwt(root / name / "presentation_kb.txt")
    verify_issuer_signature(sd_jwt, issuer_key)
    _check_key_binding(sd_jwt, root)
    assert process(sd_jwt).claims == read_json(root / name / "expected_processed_payload.json")
    assert parse_key_binding(sd_jwt).claims == read_json(root / name / "kb_jwt_payload.json")


@pytest.mark.parametrize("name", WITHOUT_KEY_BINDING)
def test_presentation_without_key_binding(root: Path, name: str) -> None:
    issuer_key, _ = read_keys(root)
    sd_jwt = read_sd_jwt(root / name / "presentation_no_kb.txt")
    verify_issuer_signature(sd_jwt, issuer_key)
    require_unbound(sd_jwt)
    assert sd_jwt.payload == read_json(root / name / "sd_jwt_payload.json")
    assert process(sd_jwt).claims == read_json(root / name / "expected_processed_payload.json")


def test_the_examples_have_expired_since() -> None:
    claims = read_json(vectors("sdjwt-rfc9901") / "5-simple-RFC9901-exact" / "expected_processed_payload.json")
    with pytest.raises(Rejection) as caught:
        require_valid_at(claims, datetime(2030, 1, 1, tzinfo=UTC))
    assert caught.value.reason == "exp_passed"


SIMPLE: tuple[ClaimPath, ...] = (("given_name",), ("family_name",), ("address",), ("nationalities", 0))
SELECTED: dict[str, tuple[ClaimPath, ...]] = {
    "5-simple-RFC9901-exact": SIMPLE,
    "5-simple-draft22build": SIMPLE,
    "A.3-pid-sdjwtvc": (("age_equal_or_over", "18"), ("nationalities",)),
    "A.4-w3c-vcdm2": (
        ("credentialSubject", "vaccine", "atcCode"),
        ("credentialSubject", "vaccine", "medicinalProductName"),
        ("credentialSubject", "order"),
        ("credentialSubject", "dateOfVaccination"),
    ),
}


@pytest.mark.parametrize("name", ISSUED)
def test_our_presentation_is_the_published_one(root: Path, name: str) -> None:
    """Byte for byte, with the disclosures in the order that the example shows them; `sd_hash` is over exactly that."""
    issued = read_sd_jwt(root / name / "issued.txt")
    published = read_sd_jwt(root / name / "presentation_kb.txt")
    assert sorted(select_disclosures(issued, SELECTED[name])) == sorted(published.disclosures)
    assert present(issued, published.disclosures) == published.text
    assert sd_hash(published) == read_json(root / name / "kb_jwt_payload.json")["sd_hash"]


def _entered(folder: Path) -> dict[str, Any]:
    """What the issuer put in: the published input, and the clear claims of the payload."""
    payload = read_json(folder / "sd_jwt_payload.json")
    clear = {name: value for name, value in payload.items() if name not in ("_sd", "_sd_alg")}
    return {**clear, **read_json(folder / "user_claims.json")}


@pytest.mark.parametrize("name", sorted(set(EVERY) - set(INPUT_NOT_PUBLISHED)))
def test_all_disclosures_together_give_the_input(root: Path, name: str) -> None:
    assert process(_all_disclosed(root / name)).claims == _entered(root / name)


@pytest.mark.parametrize("name", EVERY)
def test_our_payload_is_the_published_one(root: Path, name: str) -> None:
    """With the published salts and spelling, the same digests stand in the same places, in the same order.

    Decoys of A.1 are random and taken out first; `_sd_alg` is written by `issue`.
    """
    published = read_json(root / name / "sd_jwt_payload.json")
    all_disclosed = process(_all_disclosed(root / name))
    claims = all_disclosed.claims if name in INPUT_NOT_PUBLISHED else _entered(root / name)
    prepared = prepare(claims, DisclosurePlan(paths=tuple(all_disclosed.disclosed)))
    seal(prepared, random=bytes, algorithm="sha-256", encode=published_contents(root / name))
    known = {entry["sha256"] for entry in read_json(root / name / "disclosures.json")}
    assert {**prepared.payload, "_sd_alg": "sha-256"} == _without_decoys(published, known)


def _without_decoys(value: Any, known: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: [found for found in member if found in known] if name == "_sd" else _without_decoys(member, known)
            for name, member in value.items()
        }
    return [_without_decoys(element, known) for element in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", JSON_FORMS)
def test_json_forms(root: Path, name: str) -> None:
    """RFC 9901, section 8."""
    folder = root / "8-json-serialization"
    sd_jwt = parse_json((folder / f"{name}.json").read_bytes())
    verify_issuer_signature(sd_jwt, read_keys(root)[0])
    assert process(sd_jwt).claims == read_json(folder / "expected.json")[name]["expected_processed_payload"]


@pytest.mark.parametrize("name", JSON_FORMS[1:])
def test_json_forms_with_key_binding(root: Path, name: str) -> None:
    _check_key_binding(parse_json((root / "8-json-serialization" / f"{name}.json").read_bytes()), root)


@pytest.mark.parametrize("name", JSON_FORMS[:2])
def test_flattened_form_is_written_as_published(root: Path, name: str) -> None:
    document = (root / "8-json-serialization" / f"{name}.json").read_bytes()
    assert to_flattened(parse_json(document)) == strict_json.parse(document, max_bytes=len(document))


def test_general_form_is_written_as_published(root: Path) -> None:
    document = (root / "8-json-serialization" / "general_sdjwt_kb.json").read_bytes()
    published = strict_json.parse(document, max_bytes=len(document))
    assert to_general(parse_json(document), [{"kid": "issuer-key-1"}, {"kid": "issuer-key-2"}]) == published
