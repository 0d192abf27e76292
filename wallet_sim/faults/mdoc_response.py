"""Faults of the DeviceResponse around an mdoc presentation and of its text (ISO/IEC 18013-5, 8.3.2.1.2.2; RFC 8949)."""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

import base64
from collections.abc import Callable
from typing import Any

from vc_core import base64url, cbor, mdoc
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients
from wallet_sim.faults.mdoc_parts import RESPONSE, fault, plan, text

DEPTH = 200


def _response(**changes: Any) -> Callable[[PresentationIngredients], str]:
    """A response around the honest document, with another version or status."""
    return lambda x: text(mdoc.encode_device_response([plan(x).document()], **changes))


def _several(x: PresentationIngredients) -> str:
    document = plan(x).document()
    return text(mdoc.encode_device_response([document, document]))


def _indefinite(x: PresentationIngredients) -> str:
    """The outer map has no length."""
    return text(b"\xbf" + plan(x).respond()[1:] + b"\xff")


def _key_repeated(x: PresentationIngredients) -> str:
    """`version` stands twice, with the same value."""
    honest = plan(x).respond()
    return text(bytes((honest[0] + 1,)) + honest[1:] + cbor.dumps("version") + cbor.dumps("1.0"))


def _deep(x: PresentationIngredients) -> str:
    """The documents are an array in an array in an array."""
    documents = b"\x81" * DEPTH + b"\x80"
    parts = (b"\xa3", cbor.dumps("version"), cbor.dumps("1.0"), cbor.dumps("documents"), documents)
    return text(b"".join((*parts, cbor.dumps("status"), cbor.dumps(0))))


def _standard_alphabet(x: PresentationIngredients) -> str:
    standard = base64.b64encode(plan(x).respond()).decode().rstrip("=")
    if not set("+/") & set(standard):  # pragma: no cover  some thousand characters hold one of them
        raise NotApplicable("both alphabets spell it alike")
    return standard


def _issuer_signed_only(x: PresentationIngredients) -> str:
    """The credential itself, without any proof of the device."""
    draft = plan(x)
    issued = draft.document()["issuerSigned"]
    return base64url.encode(cbor.dumps(issued))


_RESPONSES: tuple[tuple[str, str, str, Callable[[PresentationIngredients], str]], ...] = (
    ("mdoc_without_device_signed", "What the issuer signed is shown bare.", RESPONSE, _issuer_signed_only),
    ("mdoc_two_documents", "The response holds two documents.", "HAIP 1.0, section 5.3.1", _several),
    ("mdoc_documents_empty", "The response holds no document.", RESPONSE,
     lambda x: text(mdoc.encode_device_response([]))),
    ("mdoc_version_unknown", "The response has version 2.0.", RESPONSE, _response(version="2.0")),
    ("mdoc_status_not_ok", "The response has status 10.", RESPONSE, _response(status=10)),
    ("mdoc_trailing_bytes", "A byte follows the response.", "RFC 8949, section 5.3.1",
     lambda x: text(plan(x).respond() + b"\x00")),
    ("mdoc_truncated", "The last byte is missing.", "RFC 8949, section 5.3.1", lambda x: text(plan(x).respond()[:-1])),
    ("mdoc_indefinite_length", "A map has no length.", RESPONSE, _indefinite),
    ("mdoc_key_repeated", "A map has the same key twice.", "RFC 8949, section 5.6", _key_repeated),
    ("mdoc_depth_bomb", f"{DEPTH} arrays lie in one another.", "RFC 8949, section 10", _deep),
    ("mdoc_base64_padded", "The text is padded.", "OpenID4VP 1.0, section B.2.1",
     lambda x: (honest := text(plan(x).respond())) + "=" * (-len(honest) % 4 or 4)),
    ("mdoc_base64_standard_alphabet", "The text is written in the standard alphabet.", "OpenID4VP 1.0, section B.2.1",
     _standard_alphabet),
)  # fmt: skip

DEVICE_RESPONSE_FAULTS: tuple[PresentationFault, ...] = tuple(
    fault(id_, says, section, make) for id_, says, section, make in _RESPONSES
)
