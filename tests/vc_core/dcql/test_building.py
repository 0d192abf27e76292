"""DCQL as a verifier writes it, held against the schema of the OpenID Foundation's suite."""

from typing import Any

import jsonschema
import pytest

from tests.vc_core.dcql.examples import AUTHORITY, FORMATS, IDENTITY, MDOC, SD_JWT
from tests.vectors import read_json, vectors
from vc_core.dcql import (
    HolderBinding,
    Presentations,
    build_credential_query,
    build_credential_set,
    build_query,
    parse_query,
)

FAMILY, GIVEN = ("family_name",), ("given_name",)
SIMPLE = build_credential_query("pid", format=SD_JWT, meta={"vct_values": [IDENTITY]}, claims=[FAMILY, GIVEN])
EVERYTHING = build_credential_query(
    "pid",
    format=SD_JWT,
    meta={"vct_values": [IDENTITY]},
    claims=[FAMILY, GIVEN, ("nationalities", None)],
    values={FAMILY: ["Doe"]},
    claim_sets=[[FAMILY, GIVEN], [("nationalities", None)]],
    authority_key_ids=[AUTHORITY],
    presentations=Presentations.SEVERAL,
    holder_binding=HolderBinding.NOT_REQUIRED,
)
LICENCE = build_credential_query(
    "mdl", format=MDOC, meta={"doctype_value": "org.iso.18013.5.1.mDL"}, claims=[("org.iso.18013.5.1", "family_name")]
)
TYPE_ONLY = build_credential_query("card", format=SD_JWT, meta={"vct_values": [IDENTITY]})


def test_what_is_written() -> None:
    assert SIMPLE == {
        "id": "pid",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [IDENTITY]},
        "claims": [{"path": ["family_name"]}, {"path": ["given_name"]}],
    }
    assert EVERYTHING == {
        "id": "pid",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [IDENTITY]},
        "multiple": True,
        "require_cryptographic_holder_binding": False,
        "trusted_authorities": [{"type": "aki", "values": ["AAECAwQFBgcICQoLDA0ODxAREhM"]}],
        "claims": [
            {"id": "c0", "path": ["family_name"], "values": ["Doe"]},
            {"id": "c1", "path": ["given_name"]},
            {"id": "c2", "path": ["nationalities", None]},
        ],
        "claim_sets": [["c0", "c1"], ["c2"]],
    }


@pytest.mark.parametrize(
    "built",
    [
        pytest.param(build_query([SIMPLE]), id="one_credential"),
        pytest.param(build_query([TYPE_ONLY]), id="no_claims"),
        pytest.param(build_query([EVERYTHING, LICENCE], [build_credential_set(["pid"], ["mdl"])]), id="alternatives"),
        pytest.param(
            build_query(
                [EVERYTHING, LICENCE], [build_credential_set(["pid"]), build_credential_set(["mdl"], required=False)]
            ),
            id="an_optional_set",
        ),
    ],
)
def test_what_is_built_is_valid(built: dict[str, Any]) -> None:
    schema = read_json(vectors("oidf-conformance-suite") / "json-schemas" / "oid4vp" / "dcql_request.json")
    jsonschema.validate(built, schema)
    assert [credential.id for credential in parse_query(built, FORMATS).credentials] == [
        credential["id"] for credential in built["credentials"]
    ]


def test_credential_sets_are_written() -> None:
    built = build_query(
        [SIMPLE], [build_credential_set(["pid"], ["a", "b"]), build_credential_set(["a"], required=False)]
    )
    assert built["credential_sets"] == [{"options": [["pid"], ["a", "b"]]}, {"options": [["a"]], "required": False}]
    assert build_query([SIMPLE]) == {"credentials": [SIMPLE]}


def test_a_published_query_is_built() -> None:
    published = read_json(vectors("openid4vp-1.0") / "examples" / "query_lang" / "value_matching_simple.json")
    postal_code = ("postal_code",)
    built = build_credential_query(
        "my_credential",
        format=SD_JWT,
        meta={"vct_values": [IDENTITY]},
        claims=[FAMILY, GIVEN, ("address", "street_address"), postal_code],
        values={FAMILY: ["Doe"], postal_code: ["90210", "90211"]},
    )
    assert build_query([built]) == published
