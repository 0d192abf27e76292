"""The JSON forms: RFC 9901, section 8; RFC 7515, section 7.2. The published documents are read in `test_rfc9901`."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, JSON, changed, forge
from tests.vc_core.sd_jwt.handmade import DISCLOSURES, HEADER, PAYLOAD, STRANGER, VALID_KB
from vc_core.rejection import Rejection
from vc_core.sd_jwt import parse_compact, parse_json, to_flattened, to_general

COMPACT = parse_compact(VALID_KB)
PROTECTED, PAYLOAD_TEXT, SIGNATURE = COMPACT.jwt.text.split(".")
KB_JWT = COMPACT.kb_jwt
UNPROTECTED = {"disclosures": list(DISCLOSURES), "kb_jwt": KB_JWT}
FIRST = {"protected": PROTECTED, "signature": SIGNATURE, "header": UNPROTECTED}
OTHER_PROTECTED, _, OTHER_SIGNATURE = forge({**HEADER, "x": 1}, PAYLOAD, STRANGER).split(".")
OTHER = {"protected": OTHER_PROTECTED, "signature": OTHER_SIGNATURE, "header": {"kid": "other"}}
FLATTENED = {"payload": PAYLOAD_TEXT, **FIRST}
GENERAL = {"payload": PAYLOAD_TEXT, "signatures": [FIRST, OTHER]}


def test_flattened_is_the_same_as_compact() -> None:
    assert parse_json(json.dumps(FLATTENED)) == COMPACT
    assert to_flattened(COMPACT) == FLATTENED


def test_general_is_the_same_as_compact_and_keeps_further_signatures() -> None:
    read = parse_json(json.dumps(GENERAL))
    assert str(read) == VALID_KB
    assert [jws.text for jws in read.further_signatures] == [f"{OTHER_PROTECTED}.{PAYLOAD_TEXT}.{OTHER_SIGNATURE}"]
    assert to_general(read, [{}, {"kid": "other"}]) == GENERAL


def test_without_unprotected_header() -> None:
    bare = parse_json(json.dumps(changed(FLATTENED, {"header": ABSENT})))
    assert (bare.disclosures, bare.kb_jwt) == ((), None)
    assert to_flattened(bare)["header"] == {"disclosures": []}


def test_members_not_understood_are_ignored() -> None:
    assert parse_json(json.dumps({**FLATTENED, "more": 1, "header": {**UNPROTECTED, "kid": "k"}})) == COMPACT


def _flattened(**changes: Any) -> dict[str, Any]:
    return changed(FLATTENED, changes)


def _header(**changes: Any) -> dict[str, Any]:
    return {**FLATTENED, "header": changed(UNPROTECTED, changes)}


FAULTS: dict[str, tuple[Any, str]] = {
    "not_an_object": ([], "json_not_object"),
    "payload_missing": (_flattened(payload=ABSENT), "payload_missing"),
    "payload_an_object": (_flattened(payload={}), "payload_malformed"),
    "payload_padded": (_flattened(payload=PAYLOAD_TEXT + "="), "base64url_malformed"),
    "payload_with_a_dot": (_flattened(payload="e30.e30"), "jws_malformed"),
    "protected_missing": (_flattened(protected=ABSENT), "protected_missing"),
    "signature_missing": (_flattened(signature=ABSENT), "signature_missing"),
    "header_an_array": (_flattened(header=[]), "header_malformed"),
    "alg_unprotected_too": (_header(alg="ES256"), "header_repeated"),
    "disclosures_a_string": (_header(disclosures="x"), "disclosures_malformed"),
    "disclosures_hold_a_number": (_header(disclosures=[1]), "disclosures_malformed"),
    "disclosures_hold_an_empty_one": (_header(disclosures=[""]), "disclosure_empty"),
    "disclosures_hold_a_tilde": (_header(disclosures=["~".join(DISCLOSURES)]), "base64url_malformed"),
    "kb_jwt_empty": (_header(kb_jwt=""), "kb_jwt_malformed"),
    "kb_jwt_null": (_header(kb_jwt=None), "kb_jwt_malformed"),
    "kb_jwt_of_two_parts": (_header(kb_jwt="a.b"), "kb_jwt_malformed"),
    "both_forms": ({**FLATTENED, "signatures": [FIRST]}, "json_forms_mixed"),
    "signatures_empty": ({**GENERAL, "signatures": []}, "signatures_empty"),
    "signatures_an_object": ({**GENERAL, "signatures": FIRST}, "signatures_malformed"),
    "signatures_hold_a_string": ({**GENERAL, "signatures": [FIRST, "x"]}, "signature_malformed"),
    "signatures_too_many": ({**GENERAL, "signatures": [FIRST] + [OTHER] * 8}, "signatures_too_many"),
    "disclosures_in_second_header": (
        {**GENERAL, "signatures": [FIRST, {**OTHER, "header": {"disclosures": []}}]}, "header_parameter_misplaced",
    ),
    "kb_jwt_in_second_header": (
        {**GENERAL, "signatures": [FIRST, {**OTHER, "header": {"kb_jwt": KB_JWT}}]}, "header_parameter_misplaced",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "reason"), FAULTS.values(), ids=FAULTS)
def test_faults(document: Any, reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        parse_json(json.dumps(document))
    assert caught.value.reason == reason


@given(st.sampled_from(["payload", "protected", "signature", "header", "signatures"]), JSON)
def test_only_rejections(name: str, value: object) -> None:
    with contextlib.suppress(Rejection):
        parse_json(json.dumps({**FLATTENED, name: value}))
    with contextlib.suppress(Rejection):
        parse_json(json.dumps({**GENERAL, name: value}))


@given(st.sampled_from(["disclosures", "kb_jwt", "kid"]), JSON)
def test_only_rejections_in_the_header(name: str, value: object) -> None:
    with contextlib.suppress(Rejection):
        parse_json(json.dumps(_header(**{name: value})))
