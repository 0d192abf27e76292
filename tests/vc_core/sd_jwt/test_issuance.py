"""Issued SD-JWTs hold what was planned, and are read back: RFC 9901, sections 4.1 and 7.1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import JSON
from tests.vc_core.sd_jwt.handmade import ISSUER
from tests.vc_core.sd_jwt.test_concealment import CLAIMS, counting
from vc_core.claims import ClaimPath
from vc_core.sd_jwt import DisclosurePlan, SdJwt, issue, parse_compact, process, verify_issuer_signature
from vc_core.sd_jwt.disclosure import RESERVED_NAMES

PLAN = DisclosurePlan(paths=(("name",), ("address",), ("address", "city"), ("nationalities", None)))
HEADER = {"typ": "dc+sd-jwt", "kid": "k1"}


def issued(claims: dict[str, Any] = CLAIMS, plan: DisclosurePlan = PLAN, **options: Any) -> SdJwt:
    return issue(claims, plan=plan, signer=ISSUER, header=HEADER, random=counting, **options)


def test_as_value_and_as_text_it_is_the_same() -> None:
    sd_jwt = issued()
    assert parse_compact(str(sd_jwt)) == sd_jwt


def test_header_and_signature() -> None:
    sd_jwt = issued()
    assert sd_jwt.jwt.header == {**HEADER, "alg": "ES256"}
    verify_issuer_signature(sd_jwt, ISSUER.public_key)


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-384", "sha-512"])
@pytest.mark.parametrize("decoys", [1, 5])
def test_processing_gives_the_claims_back(algorithm: str, decoys: int) -> None:
    sd_jwt = issued(hash_algorithm=algorithm, decoys_to_multiple_of=decoys)
    assert sd_jwt.payload["_sd_alg"] == algorithm
    processed = process(sd_jwt)
    assert processed.claims == CLAIMS
    assert set(processed.disclosed) == {
        ("name",), ("address",), ("address", "city"), ("nationalities", 0), ("nationalities", 1),
    }  # fmt: skip


def test_without_disclosures_there_is_no_trace_of_them() -> None:
    sd_jwt = issued(plan=DisclosurePlan())
    assert sd_jwt.payload == CLAIMS
    assert str(sd_jwt) == f"{sd_jwt.jwt.text}~"


_CLAIMS = st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON | st.lists(JSON, max_size=3), max_size=3)
_PATHS = st.lists(
    st.sampled_from([("a",), ("b",), ("c",), ("a", None), ("b", 0), ("c", None, "a"), ("a", None, None)]), max_size=4
)


def _free_of_reserved_names(value: Any) -> bool:
    if isinstance(value, dict):
        return RESERVED_NAMES.isdisjoint(value) and all(map(_free_of_reserved_names, value.values()))
    return not isinstance(value, list) or all(map(_free_of_reserved_names, value))


@given(_CLAIMS.filter(_free_of_reserved_names), _PATHS, st.integers(1, 4))
def test_any_claims_come_back(claims: dict[str, Any], paths: list[ClaimPath], decoys: int) -> None:
    sd_jwt = issued(claims, DisclosurePlan(paths=tuple(paths)), decoys_to_multiple_of=decoys)
    assert process(parse_compact(str(sd_jwt))).claims == claims
