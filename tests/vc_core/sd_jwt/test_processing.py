"""From digests to claims: RFC 9901, section 7.1, steps 3 to 5."""

import contextlib
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.forged_jws import ABSENT, JSON, changed
from tests.vc_core.sd_jwt.handmade import (
    ADDRESS,
    CITY,
    CLEAR,
    DISCLOSURES,
    GERMAN,
    GIVEN_NAME,
    PAYLOAD,
    STREET,
    VALID,
    b64,
    digest,
    disclosure,
    sd_jwt,
)
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import parse_compact
from vc_core.sd_jwt.processing import MAX_DEPTH, Processed, process


def processed(payload: dict[str, Any], *disclosures: str) -> Processed:
    return process(parse_compact(sd_jwt(payload, *disclosures)))


def test_everything_disclosed() -> None:
    result = process(parse_compact(VALID))
    assert result.claims == {
        **CLEAR,
        "given_name": "Ada",
        "address": {"street": "12 rue du Bac", "city": "Paris", "country": "FR"},
        "nationalities": ["DE", "FR"],
    }
    assert {path: found.text for path, found in result.disclosed.items()} == {
        ("given_name",): GIVEN_NAME,
        ("address",): ADDRESS,
        ("address", "street"): STREET,
        ("address", "city"): CITY,
        ("nationalities", 0): GERMAN,
    }
    assert (result.hidden_members, result.hidden_elements) == (frozenset(), {})


def test_nothing_disclosed() -> None:
    result = processed(PAYLOAD)
    assert result.claims == {**CLEAR, "nationalities": ["FR"]}
    assert result.disclosed == {}
    assert result.hidden_members == {()}
    assert result.hidden_elements == {("nationalities",): (0,)}


def test_outer_disclosure_without_inner() -> None:
    result = processed(PAYLOAD, ADDRESS, CITY)
    assert result.claims["address"] == {"city": "Paris", "country": "FR"}
    assert result.hidden_members == {(), ("address",)}


def test_the_order_of_disclosures_does_not_matter() -> None:
    assert processed(PAYLOAD, *reversed(DISCLOSURES)) == process(parse_compact(VALID))


def test_elements_are_counted_as_shown_and_hidden_ones_as_issued() -> None:
    elements = [disclosure(f"s{index}", index) for index in range(4)]
    payload = {"list": [{"...": digest(element)} for element in elements]}
    result = processed(payload, elements[1], elements[3])
    assert result.claims == {"list": [1, 3]}
    assert {path: found.value for path, found in result.disclosed.items()} == {("list", 0): 1, ("list", 1): 3}
    assert result.hidden_elements == {("list",): (0, 2)}


def test_empty_sd_leaves_an_empty_object() -> None:
    assert processed({"a": {"_sd": []}}).claims == {"a": {}}


@pytest.mark.parametrize(("name", "in_hashlib"), [("sha-384", "sha384"), ("sha-512", "sha512")])
def test_other_hash_algorithms(name: str, in_hashlib: str) -> None:
    payload = {"_sd_alg": name, "_sd": [digest(GIVEN_NAME, in_hashlib)]}
    assert processed(payload, GIVEN_NAME).claims == {"given_name": "Ada"}


def test_values_are_kept_as_they_are() -> None:
    text = b64('["s","n",{"a":[1,1.5,null,true,"é"]}]'.encode())
    assert processed({"_sd": [digest(text)]}, text).claims == {"n": {"a": [1, 1.5, None, True, "é"]}}


NAMED_SD = disclosure("s", "_sd", [])
NAMED_SD_ALG = disclosure("s", "_sd_alg", "sha-256")
NAMED_ELLIPSIS = disclosure("s", "...", "x")
NAMED_VCT = disclosure("s", "vct", "urn:example:other:1")
SECOND_GIVEN_NAME = disclosure("other salt", "given_name", "Grace")
ELEMENT = disclosure("s", 1)
STRAY = disclosure("s", "stray", 1)
REPEATER = disclosure("s", "again", {"_sd": [digest(GIVEN_NAME)]})
NESTED_ALG = disclosure("s", "inner", {"_sd_alg": "sha-256"})


def _sd(*more: Any) -> dict[str, Any]:
    return {"_sd": [*PAYLOAD["_sd"], *more]}


FAULTS: dict[str, tuple[dict[str, Any], tuple[str, ...], str, str]] = {
    "disclosure_unreferenced": ({}, (STRAY,), "disclosure_unreferenced", ""),
    "disclosure_twice": ({}, (GIVEN_NAME,), "disclosure_repeated", ""),
    "digest_twice_in_one_array": (_sd(digest(GIVEN_NAME)), (), "digest_repeated", ""),
    "unmatched_digest_twice": (_sd("decoy", "decoy"), (), "digest_repeated", ""),
    "digest_on_two_levels": ({"employer": {"_sd": [digest(GIVEN_NAME)]}}, (), "digest_repeated", ""),
    "digest_in_a_disclosure_too": (_sd(digest(REPEATER)), (REPEATER,), "digest_repeated", "/again"),
    "digest_twice_as_element": ({"list": [{"...": "decoy"}, {"...": "decoy"}]}, (), "digest_repeated", "/list"),
    "digest_of_decoded_bytes": (
        {"_sd": [b64(hashlib.sha256(b"decoded").digest()), digest(ADDRESS)]}, (),
        "disclosure_unreferenced", "",
    ),
    "digest_in_hex": (
        {"_sd": [hashlib.sha256(GIVEN_NAME.encode()).hexdigest(), digest(ADDRESS)]}, (),
        "disclosure_unreferenced", "",
    ),
    "digest_padded": ({"_sd": [digest(GIVEN_NAME) + "=", digest(ADDRESS)]}, (), "disclosure_unreferenced", ""),
    "hash_other_than_named": ({"_sd_alg": "sha-512"}, (), "disclosure_unreferenced", ""),
    "sd_alg_unknown": ({"_sd_alg": "sha-1"}, (), "sd_alg_unknown", "/_sd_alg"),
    "sd_alg_upper_case": ({"_sd_alg": "SHA-256"}, (), "sd_alg_unknown", "/_sd_alg"),
    "sd_alg_nested": ({"employer": {"_sd_alg": "sha-256"}}, (), "sd_alg_nested", "/employer"),
    "sd_alg_nested_in_a_disclosure": (_sd(digest(NESTED_ALG)), (NESTED_ALG,), "sd_alg_nested", "/inner"),
    "sd_is_a_string": ({"employer": {"_sd": "x"}}, (), "digests_not_array", "/employer"),
    "sd_is_null": ({"employer": {"_sd": None}}, (), "digests_not_array", "/employer"),
    "sd_holds_a_number": (_sd(1), (), "digest_not_string", ""),
    "sd_holds_an_array": (_sd([digest(STRAY)]), (), "digest_not_string", ""),
    "ellipsis_in_an_object": ({"employer": {"...": digest(STRAY)}}, (), "ellipsis_misplaced", "/employer"),
    "ellipsis_at_the_top": ({"...": digest(STRAY)}, (), "ellipsis_misplaced", ""),
    "ellipsis_with_a_second_key": ({"list": [{"...": "x", "y": 1}]}, (), "ellipsis_not_alone", "/list"),
    "ellipsis_is_a_number": ({"list": [{"...": 1}]}, (), "digest_not_string", "/list"),
    "element_disclosed_as_member": (_sd(digest(ELEMENT)), (ELEMENT,), "disclosure_not_member", ""),
    "member_disclosed_as_element": ({"list": [{"...": digest(STRAY)}]}, (STRAY,), "disclosure_not_element", "/list/0"),
    "name_is_sd": (_sd(digest(NAMED_SD)), (NAMED_SD,), "claim_name_reserved", ""),
    "name_is_sd_alg": (_sd(digest(NAMED_SD_ALG)), (NAMED_SD_ALG,), "claim_name_reserved", ""),
    "name_is_ellipsis": (_sd(digest(NAMED_ELLIPSIS)), (NAMED_ELLIPSIS,), "claim_name_reserved", ""),
    "name_of_a_clear_claim": (_sd(digest(NAMED_VCT)), (NAMED_VCT,), "claim_name_taken", "/vct"),
    "name_disclosed_twice": (
        _sd(digest(SECOND_GIVEN_NAME)), (SECOND_GIVEN_NAME,), "claim_name_taken", "/given_name",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "added", "reason", "where"), FAULTS.values(), ids=FAULTS)
def test_faults(changes: dict[str, Any], added: tuple[str, ...], reason: str, where: str) -> None:
    """One thing changed in the valid example; RFC 9901, sections 4.1 and 7.1."""
    with pytest.raises(Rejection) as caught:
        processed({**PAYLOAD, **changes}, *DISCLOSURES, *added)
    assert (caught.value.reason, caught.value.where) == (reason, where)


def test_child_without_parent() -> None:
    """RFC 9901, section 4.2.6: an inner disclosure cannot be placed without the outer one."""
    with pytest.raises(Rejection) as caught:
        processed(PAYLOAD, GIVEN_NAME, STREET)
    assert caught.value.reason == "disclosure_unreferenced"


def test_tampered_disclosure() -> None:
    tampered = disclosure("salt-a", "given_name", "Eve")
    with pytest.raises(Rejection) as caught:
        processed(PAYLOAD, tampered, *DISCLOSURES[1:])
    assert caught.value.reason == "disclosure_unreferenced"
    assert caught.value.evidence == {"digest": digest(tampered)}


def test_absent_sd_alg_means_sha_256() -> None:
    assert processed(changed(PAYLOAD, {"_sd_alg": ABSENT}), *DISCLOSURES) == process(parse_compact(VALID))


def _chain(length: int) -> tuple[dict[str, Any], list[str]]:
    """Disclosures each of which lies in the next."""
    texts: list[str] = []
    value: dict[str, Any] = {}
    for index in range(length):
        texts.append(disclosure(f"s{index}", "n", value))
        value = {"_sd": [digest(texts[-1])]}
    return value, texts


def test_nesting_up_to_the_bound() -> None:
    payload, texts = _chain(MAX_DEPTH - 1)
    assert len(processed(payload, *texts).disclosed) == MAX_DEPTH - 1


@pytest.mark.parametrize("length", [MAX_DEPTH, 1000])
def test_nesting_beyond_the_bound(length: int) -> None:
    payload, texts = _chain(length)
    with pytest.raises(Rejection) as caught:
        processed(payload, *texts)
    assert caught.value.reason == "nesting_too_deep"


_SD_JSON = st.recursive(
    JSON,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a", "b"]), _SD_JSON), st.data())
def test_only_rejections(payload: dict[str, Any], data: st.DataObject) -> None:
    text = disclosure("s", "n", data.draw(_SD_JSON))
    placed: dict[str, Any] = data.draw(st.sampled_from([{"_sd": [digest(text)]}, {"c": [{"...": digest(text)}]}, {}]))
    with contextlib.suppress(Rejection):
        processed({**payload, **placed}, text)
