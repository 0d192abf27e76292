"""What a verifier says of itself: OpenID4VP 1.0, sections 5.1 and 8.3; HAIP 1.0, section 5."""

import copy
from typing import Any

import pytest

from tests.pilot import private_key
from tests.vc_core.authorization_request.examples import VP_FORMATS
from tests.vectors import read_json, vectors
from vc_core import base64url
from vc_core.authorization_request import build_client_metadata, encryption_key_id
from vc_core.authorization_request.client_metadata import choose_encryption, require_common_format
from vc_core.jose import jwk_thumbprint
from vc_core.members import Members
from vc_core.rejection import Rejection

KEY, OTHER_KEY = private_key(60).public_key(), private_key(61).public_key()
METADATA = build_client_metadata(VP_FORMATS, KEY)
ENC = "encrypted_response_enc_values_supported"


def _members(metadata: object) -> Members:
    return Members.of(metadata, called="client_metadata", where="/client_metadata", section="")


def test_what_a_verifier_announces() -> None:
    """HAIP 1.0, section 5: P-256, ECDH-ES, both content encryptions; section 5.1: kid, alg."""
    [jwk] = METADATA["jwks"]["keys"]
    assert (jwk["kty"], jwk["crv"], jwk["alg"], jwk["use"]) == ("EC", "P-256", "ECDH-ES", "enc")
    assert jwk["kid"] == encryption_key_id(KEY) == base64url.encode(jwk_thumbprint(jwk))
    assert METADATA[ENC] == ["A128GCM", "A256GCM"]


def test_nothing_about_encryption_where_none_is_asked() -> None:
    assert build_client_metadata(VP_FORMATS) == {"vp_formats_supported": VP_FORMATS}


def test_the_stronger_encryption_is_chosen() -> None:
    """HAIP-W8."""
    chosen = choose_encryption(_members(METADATA))
    assert (chosen.enc, chosen.jwk["kid"]) == ("A256GCM", encryption_key_id(KEY))
    assert chosen.thumbprint == base64url.decode(encryption_key_id(KEY))


def test_the_published_request() -> None:
    """Section 8.3: four keys, of which the first is one for us; A128GCM and one that we do not know."""
    request = read_json(vectors("openid4vp-1.0") / "encrypted_response_8.3.json")["request"]
    chosen = choose_encryption(_members(request["client_metadata"]))
    assert (chosen.jwk["kid"], chosen.enc) == ("ac", "A128GCM")


def _changed(**changes: Any) -> dict[str, Any]:
    """The announced metadata with members of its key changed; None takes one away."""
    metadata = copy.deepcopy(METADATA)
    jwk = metadata["jwks"]["keys"][0] | changes
    metadata["jwks"]["keys"] = [{name: value for name, value in jwk.items() if value is not None}]
    return metadata


def _second(**changes: Any) -> dict[str, Any]:
    """The announced key second, a changed one first."""
    metadata = _changed(**changes)
    metadata["jwks"]["keys"] += METADATA["jwks"]["keys"]
    return metadata


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param(_second(kid="sig", use="sig"), id="key_for_signatures"),
        pytest.param(_second(kid="rsa", kty="RSA"), id="key_of_another_type"),
        pytest.param(_second(kid="off", x=METADATA["jwks"]["keys"][0]["y"]), id="point_off_the_curve"),
        pytest.param(_second(kid="kw", alg="ECDH-ES+A256KW"), id="key_for_key_wrapping"),
        pytest.param(_second(kid=None), id="key_without_kid"),
        pytest.param(_changed(use=None), id="key_without_use"),
    ],
)
def test_keys_that_cannot_be_used_are_passed_over(metadata: dict[str, Any]) -> None:
    assert choose_encryption(_members(metadata)).jwk["kid"] == encryption_key_id(KEY)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        pytest.param({}, "jwks_missing", id="no_jwks"),
        pytest.param({"jwks": []}, "jwks_malformed", id="jwks_an_array"),
        pytest.param({"jwks": {}}, "keys_missing", id="no_keys"),
        pytest.param({"jwks": {"keys": {}}}, "keys_malformed", id="keys_an_object"),
        pytest.param({"jwks": {"keys": []}}, "keys_empty", id="keys_empty"),
        pytest.param({"jwks": {"keys": ["key"]}}, "jwe_key_none_usable", id="key_a_text"),
        pytest.param(_changed(use="sig"), "jwe_key_none_usable", id="only_a_key_for_signatures"),
        pytest.param(_changed(kid=None), "jwe_key_none_usable", id="only_a_key_without_kid"),
        pytest.param(_changed(d="AA"), "jwe_key_none_usable", id="only_a_private_key"),
        pytest.param(_second(x="AA"), "kid_repeated", id="kid_twice"),
        pytest.param(METADATA | {ENC: []}, f"{ENC}_empty", id="no_encryption"),
        pytest.param(METADATA | {ENC: "A128GCM"}, f"{ENC}_malformed", id="encryption_a_text"),
        pytest.param(METADATA | {ENC: ["A128CBC-HS256"]}, "jwe_encryption_none_usable", id="unknown_encryption"),
    ],
)
def test_no_encryption_is_possible(metadata: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        choose_encryption(_members(metadata))
    assert caught.value.reason == reason


def test_the_default_encryption() -> None:
    """Section 5.1: A128GCM unless others are named."""
    metadata = {name: value for name, value in METADATA.items() if name != ENC}
    assert choose_encryption(_members(metadata)).enc == "A128GCM"


@pytest.mark.parametrize(
    ("name", "format_id"),
    [
        ("mso_mdoc_verifier_metadata", "mso_mdoc"),
        ("sd_jwt_vc_verifier_metadata", "dc+sd-jwt"),
        ("w3c_jwt_verifier_metadata", "jwt_vc_json"),
        ("w3c_ldp_verifier_metadata", "ldp_vc"),
    ],
)
def test_published_metadata(name: str, format_id: str) -> None:
    metadata = read_json(vectors("openid4vp-1.0") / "examples" / "client_metadata" / f"{name}.json")
    require_common_format(_members(metadata), {format_id})
    with pytest.raises(Rejection, match="vp_formats_not_supported"):
        require_common_format(_members(metadata), {"another"})
