"""Faults of the elements that an mdoc presentation shows, and of what the issuer signed (ISO/IEC 18013-5, 9.3.1).

The device's proof does not cover what the issuer signed, so it stays good, and the deviation the only one.
"""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from vc_core import cbor, mdoc
from vc_core.mdoc import IssuerSignedItem
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients
from wallet_sim.faults.mdoc_parts import (
    ISSUED,
    QUERY,
    RESPONSE,
    SHOWN,
    Document,
    Documented,
    MdocDraft,
    Planned,
    before_proof,
    fault,
    first_item,
    first_replaced,
    flipped,
    with_items,
    with_proof,
    withheld_item,
)

ELSEWHERE = "org.example.elsewhere"

_UNKNOWN_DIGEST_ID = 2**20


def _encoded(item: IssuerSignedItem, **changes: Any) -> cbor.Tagged24:
    members: dict[str, Any] = {
        "digest_id": item.digest_id, "random": item.random, "identifier": item.identifier, "value": item.value,
    }  # fmt: skip
    return mdoc.encode_item(**members | changes)


def _moved(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    space, item = first_item(draft)
    moved = with_items(draft, space, draft.items[space][1:])
    return with_items(moved, ELSEWHERE, (item.encoded,))


def _renamed_space(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    space, _ = first_item(draft)
    items = {(ELSEWHERE if name == space else name): shown for name, shown in draft.items.items()}
    return replace(draft, items=items)


def _other_digest_id(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    """The digestID of an element that is not shown, so that none stands twice."""
    space, _ = first_item(draft)
    shown = draft.items[space]
    others = [item for item in draft.issuer_signed.name_spaces[space] if item.encoded not in shown]
    if not others:
        raise NotApplicable("every element is shown")
    return first_replaced(draft, lambda one: _encoded(one, digest_id=others[0].digest_id))


def _added(draft: MdocDraft, encoded: Callable[[IssuerSignedItem], cbor.Tagged24]) -> MdocDraft:
    space, item = first_item(draft)
    return with_items(draft, space, (*draft.items[space], encoded(item)))


def _unrequested(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    space, item = withheld_item(draft)
    return with_items(draft, space, (*draft.items.get(space, ()), item.encoded))


def _withheld(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    """Of the first namespace, the element whose name comes first, so that it is the same one in every run."""
    space, _ = first_item(draft)
    shown = [item for item in draft.issuer_signed.name_spaces[space] if item.encoded in draft.items[space]]
    if len(shown) < 2:
        raise NotApplicable("one element is shown")
    left = min(shown, key=lambda item: item.identifier)
    return with_items(draft, space, tuple(item.encoded for item in shown if item is not left))


_ELEMENTS: tuple[tuple[str, str, str, Planned], ...] = (
    ("mdoc_element_tampered", "The value of an element is another one.", SHOWN,
     lambda draft, x: first_replaced(draft, lambda one: _encoded(one, value="tampered"))),
    ("mdoc_element_renamed", "An element has another name.", SHOWN,
     lambda draft, x: first_replaced(draft, lambda one: _encoded(one, identifier="renamed"))),
    ("mdoc_random_tampered", "The salt of an element is another one.", SHOWN,
     lambda draft, x: first_replaced(draft, lambda one: _encoded(one, random=bytes(32)))),
    ("mdoc_random_short", "The salt of an element has 15 bytes.", ISSUED,
     lambda draft, x: first_replaced(draft, lambda one: _encoded(one, random=one.random[:15]))),
    ("mdoc_element_moved", "An element stands in another namespace.", SHOWN, _moved),
    ("mdoc_name_space_wrong", "The namespace has another name.", SHOWN, _renamed_space),
    ("mdoc_item_not_in_digests", "An element was made up, the issuer signed no digest of it.", SHOWN,
     lambda draft, x: _added(draft, lambda one: _encoded(
         one, digest_id=_UNKNOWN_DIGEST_ID, identifier="made_up", random=bytes(32)))),
    ("mdoc_digest_id_of_other_item", "An element carries the digestID of another one.", SHOWN, _other_digest_id),
    ("mdoc_same_digest_id_twice", "An element stands twice.", ISSUED,
     lambda draft, x: _added(draft, lambda one: one.encoded)),
    ("mdoc_element_unrequested", "An element is shown that nobody asked for.", QUERY, _unrequested),
    ("mdoc_element_withheld", "An element that was asked for is not shown.", QUERY, _withheld),
    ("mdoc_doc_type_other", "The document calls itself another type than the issuer did.", SHOWN,
     lambda draft, x: replace(draft, doc_type=f"{draft.doc_type}.other")),
    ("mdoc_name_spaces_empty", "No element is shown at all.", RESPONSE, lambda draft, x: replace(draft, items={})),
)  # fmt: skip


def _issuer_auth(change: Callable[[list[Any]], object]) -> Documented:
    def alter(document: Document, x: PresentationIngredients) -> Document:
        document["issuerSigned"]["issuerAuth"] = change(list(document["issuerSigned"]["issuerAuth"]))
        return document

    return alter


def _untagged_item(document: Document, x: PresentationIngredients) -> Document:
    for items in document["issuerSigned"]["nameSpaces"].values():
        items[0] = items[0].content
    return document


def _later_mso(payload: bytes) -> bytes:
    """The MSO with one digit of its end of validity changed: the year 2xxx becomes 9xxx."""
    place = payload.rindex(b"validUntil")
    year = payload.index(b"\x742", place) + 1
    return payload[:year] + b"9" + payload[year + 1 :]


_ISSUER_SIGNED: tuple[tuple[str, str, str, Documented], ...] = (
    ("mdoc_item_untagged", "An element is a byte string without tag 24.", RESPONSE, _untagged_item),
    ("mdoc_mso_tampered", "The end of validity that the issuer signed is another one.", ISSUED,
     _issuer_auth(lambda array: [*array[:2], _later_mso(array[2]), array[3]])),
    ("mdoc_issuer_signature_broken", "One bit of the issuer's signature is flipped.", ISSUED,
     _issuer_auth(lambda array: [*array[:3], flipped(array[3])])),
    ("mdoc_issuer_auth_tagged", "The issuer's signature carries a tag.", ISSUED,
     _issuer_auth(lambda array: cbor.CBORTag(cbor.SIGN1, array))),
    ("mdoc_x5chain_missing", "The issuer's certificate is left out.", ISSUED,
     _issuer_auth(lambda array: [array[0], {}, *array[2:]])),
)  # fmt: skip

ELEMENT_FAULTS: tuple[PresentationFault, ...] = (
    *(fault(id_, says, section, before_proof(alter)) for id_, says, section, alter in _ELEMENTS),
    *(fault(id_, says, section, with_proof(alter)) for id_, says, section, alter in _ISSUER_SIGNED),
)
