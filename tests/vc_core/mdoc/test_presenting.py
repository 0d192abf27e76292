"""Presenting an mdoc: ISO/IEC 18013-5, 8.3.2.1.2.2; OpenID4VP 1.0, 6.4.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vc_core.mdoc.sample import (
    DEVICE,
    DOC_TYPE,
    ELEMENTS,
    ISSUER,
    NAME_SPACE,
    OTHER_NAME_SPACE,
    TRANSCRIPT,
    issued,
    presented,
    reason,
)
from vc_core import cbor, mdoc

HELD = issued()


def test_the_issuers_bytes_travel_unchanged() -> None:
    held, shown = cbor.loads(HELD), cbor.loads(presented(HELD))["documents"][0]["issuerSigned"]
    assert shown["issuerAuth"] == held["issuerAuth"]
    assert {item.raw for items in shown["nameSpaces"].values() for item in items} <= {
        item.raw for items in held["nameSpaces"].values() for item in items
    }


def test_the_response_has_one_document_with_a_detached_proof() -> None:
    response = cbor.loads(presented(HELD))
    assert (list(response), response["version"], response["status"]) == (["version", "documents", "status"], "1.0", 0)
    (document,) = response["documents"]
    assert list(document) == ["docType", "issuerSigned", "deviceSigned"]
    assert document["deviceSigned"]["nameSpaces"].raw == bytes.fromhex("d81841a0")
    assert document["deviceSigned"]["deviceAuth"]["deviceSignature"][:3] == [bytes.fromhex("a10126"), {}, None]


def test_a_document_can_be_changed_before_it_is_encoded() -> None:
    document = mdoc.build_document(
        mdoc.parse_issuer_signed(HELD),
        doc_type=DOC_TYPE,
        elements={NAME_SPACE: ["photo"]},
        session_transcript=TRANSCRIPT,
        holder=DEVICE,
    )
    twice = mdoc.encode_device_response([document, document])
    assert reason(mdoc.parse_device_response, twice) == "documents_several"
    assert (
        reason(mdoc.parse_device_response, mdoc.encode_device_response([document], status=10))
        == "device_response_status"
    )


@pytest.mark.parametrize(
    "elements",
    [{NAME_SPACE: ["shoe_size"]}, {NAME_SPACE: ["posted"]}, {"org.example": ["family_name"]}],
    ids=["element_nobody_has", "element_of_another_name_space", "unknown_name_space"],
)
def test_what_is_not_held_cannot_be_shown(elements: dict[str, list[str]]) -> None:
    assert reason(presented, HELD, elements=elements) == "element_not_held"


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        name: st.sets(st.sampled_from(sorted(ELEMENTS[name])), min_size=1) for name in (NAME_SPACE, OTHER_NAME_SPACE)
    },
).filter(bool)


@given(CHOICES)
def test_exactly_what_was_chosen_is_shown_and_verifies(elements: dict[str, set[str]]) -> None:
    document = mdoc.parse_device_response(presented(HELD, elements=elements)).document
    issuer_signed = document.issuer_signed
    mdoc.verify_issuer_auth(issuer_signed, ISSUER.public_key)
    mdoc.check_digests(issuer_signed)
    mdoc.verify_device_auth(document, TRANSCRIPT)
    assert {name: {item.identifier for item in items} for name, items in issuer_signed.name_spaces.items()} == elements
