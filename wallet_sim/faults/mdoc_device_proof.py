"""Faults of the device's proof in an mdoc presentation: its session, its key, its form (ISO/IEC 18013-5, 9.1.3)."""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from vc_core import cbor, cose, mdoc
from vc_core.formats.mso_mdoc import transcript
from vc_core.mdoc import MacHolder
from vc_core.signer import KeyAgreement, Signer
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients
from wallet_sim.faults.mdoc_parts import (
    DEVICE,
    HANDOVER,
    ISSUED,
    PAGE,
    RESPONSE,
    Document,
    Documented,
    MdocDraft,
    Planned,
    before_proof,
    fault,
    flipped,
    plan,
    with_proof,
)


def _asked(**changes: Any) -> Planned:
    """The proof is made for another session than the one that asks."""
    return lambda draft, x: replace(draft, challenge=replace(draft.challenge, **changes))


def _thumbprint_null(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    if draft.challenge.encryption_thumbprint is None:
        raise NotApplicable("the answer is not encrypted")
    return replace(draft, challenge=replace(draft.challenge, encryption_thumbprint=None))


def _page(draft: MdocDraft, change: Callable[[str], str | None]) -> MdocDraft:
    if draft.challenge.origin is None:
        raise NotApplicable("no page asks")
    return replace(draft, challenge=replace(draft.challenge, origin=change(draft.challenge.origin)))


def _issuer(x: PresentationIngredients) -> Signer:
    if x.issuer is None:
        raise NotApplicable("the issuer's key is out of reach")
    return x.issuer


def _mac(draft: MdocDraft, x: PresentationIngredients) -> MdocDraft:
    return replace(draft, holder=MacHolder(key=_agreement(x), reader_key=x.stranger.public_key))


def _agreement(x: PresentationIngredients) -> KeyAgreement:
    holder: Any = x.planned.holder
    if not hasattr(holder, "agree"):
        raise NotApplicable("the holder's key only signs")
    agreement: KeyAgreement = holder
    return agreement


_SESSION: tuple[tuple[str, str, str, Planned], ...] = (
    ("mdoc_transcript_nonce_wrong", "The proof is for another nonce.", HANDOVER, _asked(nonce="another-nonce")),
    ("mdoc_transcript_client_id_wrong", "The proof is for another verifier.", HANDOVER,
     _asked(client_id="x509_hash:another-verifier")),
    ("mdoc_transcript_response_uri_wrong", "The proof is for another address.", HANDOVER,
     _asked(response_uri="https://another.example/response")),
    ("mdoc_transcript_thumbprint_wrong", "The proof is for another encryption key.", HANDOVER,
     _asked(encryption_thumbprint=bytes(32))),
    ("mdoc_transcript_thumbprint_null", "The proof says that nothing is encrypted, although it is.", HANDOVER,
     _thumbprint_null),
    ("mdoc_transcript_dc_api", "The proof is for a browser's interface.", HANDOVER,
     _asked(origin="https://verifier.example")),
    ("mdoc_transcript_of_other_page", "The proof is for another page.", PAGE,
     lambda draft, x: _page(draft, lambda origin: origin.replace("://", "://other."))),
    ("mdoc_transcript_page_with_prefix", "The proof is for the page, with the prefix of the audience.", PAGE,
     lambda draft, x: _page(draft, lambda origin: f"origin:{origin}")),
    ("mdoc_transcript_of_a_link", "The proof is for a request by link, although a page asks.", PAGE,
     lambda draft, x: _page(draft, lambda _: None)),
    ("mdoc_transcript_reused", "The proof was made for an earlier request.", HANDOVER,
     lambda draft, x: replace(draft, challenge=x.earlier)),
    ("mdoc_signed_by_other_key", "A key signed that the credential is not bound to.", DEVICE,
     lambda draft, x: replace(draft, holder=x.stranger)),
    ("mdoc_signed_by_issuer_key", "The issuer's key signed for the device.", DEVICE,
     lambda draft, x: replace(draft, holder=_issuer(x))),
    ("mdoc_mac_instead_of_signature", "There is a MAC instead, agreed with a stranger's key.", DEVICE, _mac),
    ("mdoc_device_element_unauthorized", "The device adds an element that the issuer did not let it sign.", ISSUED,
     lambda draft, x: replace(draft, device_elements={"org.example": {"added": True}})),
)  # fmt: skip


def _auth(change: Callable[[list[Any], PresentationIngredients], object]) -> Documented:
    """Another deviceSignature; it is given as [protected, unprotected, payload, signature]."""

    def alter(document: Document, x: PresentationIngredients) -> Document:
        auth = document["deviceSigned"]["deviceAuth"]
        auth["deviceSignature"] = change(list(auth["deviceSignature"]), x)
        return document

    return alter


def _attached(array: list[Any], x: PresentationIngredients) -> list[Any]:
    draft = plan(x)
    name_spaces = cbor.tag24(cbor.dumps(draft.device_elements))
    return [*array[:2], mdoc.device_authentication(transcript(draft.challenge), draft.doc_type, name_spaces), array[3]]


def _der(signature: bytes) -> bytes:
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    return encode_dss_signature(r, s)


def _header(members: dict[int, object]) -> bytes:
    return cbor.dumps(members) if members else b""


def _without_auth(document: Document, x: PresentationIngredients) -> Document:
    document["deviceSigned"]["deviceAuth"] = {}
    return document


def _both(document: Document, x: PresentationIngredients) -> Document:
    mac = replace(plan(x), holder=_mac(plan(x), x).holder).document()["deviceSigned"]["deviceAuth"]
    document["deviceSigned"]["deviceAuth"] |= mac
    return document


def _untagged_device_elements(document: Document, x: PresentationIngredients) -> Document:
    document["deviceSigned"]["nameSpaces"] = {}
    return document


_FORM: tuple[tuple[str, str, str, Documented], ...] = (
    ("mdoc_device_auth_missing", "The device proves nothing.", DEVICE, _without_auth),
    ("mdoc_device_auth_ambiguous", "Signature and MAC stand side by side.", DEVICE, _both),
    ("mdoc_payload_attached", "The signed bytes travel inside the signature.", DEVICE, _auth(_attached)),
    ("mdoc_signature_broken", "One bit of the device's signature is flipped.", DEVICE,
     _auth(lambda array, x: [*array[:3], flipped(array[3])])),
    ("mdoc_signature_der", "The device's signature is DER.", DEVICE,
     _auth(lambda array, x: [*array[:3], _der(array[3])])),
    ("mdoc_signature_truncated", "The device's signature lacks its last byte.", DEVICE,
     _auth(lambda array, x: [*array[:3], array[3][:-1]])),
    ("mdoc_algorithm_missing", "The device's signature names no algorithm.", DEVICE,
     _auth(lambda array, x: [b"", *array[1:]])),
    ("mdoc_algorithm_unprotected", "Its algorithm stands in the unprotected header only.", DEVICE,
     _auth(lambda array, x: [b"", {cose.ALG: cose.ES256}, *array[2:]])),
    ("mdoc_algorithm_rsa", "Its algorithm is RS256.", DEVICE,
     _auth(lambda array, x: [_header({cose.ALG: -257}), *array[1:]])),
    ("mdoc_critical_header", "It names a critical header that does not exist.", DEVICE,
     _auth(lambda array, x: [_header({cose.ALG: cose.ES256, cose.CRIT: [99]}), *array[1:]])),
    ("mdoc_device_signature_tagged", "It carries a tag.", DEVICE,
     _auth(lambda array, x: cbor.CBORTag(cbor.SIGN1, array))),
    ("mdoc_device_elements_untagged", "The device's elements are no embedded CBOR.", RESPONSE,
     _untagged_device_elements),
)  # fmt: skip

DEVICE_PROOF_FAULTS: tuple[PresentationFault, ...] = (
    *(fault(id_, says, section, before_proof(alter)) for id_, says, section, alter in _SESSION),
    *(fault(id_, says, section, with_proof(alter)) for id_, says, section, alter in _FORM),
)
