"""DeviceResponse: what a holder presents (ISO/IEC 18013-5, 8.3.2.1.2.2).

One document each (OpenID4VC HAIP 1.0, section 5.3.1): the issuer-signed elements the holder chose, and the device's own
elements with its signature or MAC. This module settles the form, and what the two halves owe each other: document type
and key authorizations. The holder's proof is judged in `device_auth`, the issuer's in `issuer_signed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vc_core import cbor, cose
from vc_core.mdoc.issuer_signed import IssuerSigned, read_issuer_signed
from vc_core.mdoc.items import is_data
from vc_core.members import Members
from vc_core.rejection import Rejection

VERSION = "1.0"
STATUS_OK = 0
_SECTION = "ISO/IEC 18013-5, 8.3.2.1.2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSigned:
    """encoded: DeviceNameSpacesBytes as received, which the proof covers; elements: what they hold.

    auth: deviceSignature or deviceMac, not verified.
    """

    encoded: cbor.Tagged24
    elements: Mapping[str, Mapping[str, object]]
    auth: cose.Sign1 | cose.Mac0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One presented mdoc. errors: error codes of elements not returned, by namespace and element."""

    doc_type: str
    issuer_signed: IssuerSigned
    device_signed: DeviceSigned
    errors: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceResponse:
    """A response with its one document, as received; nothing in it is verified."""

    version: str
    document: Document


def parse_device_response(data: bytes, *, max_bytes: int = cbor.MAX_BYTES) -> DeviceResponse:
    """CBOR of a DeviceResponse, as `vp_token` carries it. Rejections as `read_device_response` and `cbor.loads`."""
    return read_device_response(cbor.loads(data, max_bytes=max_bytes))


def read_device_response(value: object) -> DeviceResponse:
    """A decoded DeviceResponse.

    Rejections: device_response_malformed, device_response_version_unsupported, device_response_status, documents_empty,
    documents_several, device_name_spaces_not_tagged, device_name_spaces_malformed, device_auth_missing,
    device_auth_ambiguous, `<member>_missing` and `<member>_malformed` with members as snake_case, or as
    `read_issuer_signed` and `cose.parse_sign1`.
    """
    response = Members.of(value, called="device_response", where="", section=_SECTION)
    version = response.required("version", str)
    if version != VERSION:
        raise response.reject("device_response_version_unsupported", "version")
    status = response.required("status", int)
    if status != STATUS_OK:
        evidence = {"status": status}
        raise Rejection(
            "device_response_status", where="/status", section="ISO/IEC 18013-5, 8.3.2.1.2.2", evidence=evidence
        )
    documents = response.items("documents")
    if len(documents) > 1:
        evidence = {"count": len(documents)}
        raise Rejection("documents_several", where="/documents", section="HAIP 1.0, section 5.3.1", evidence=evidence)
    return DeviceResponse(version=version, document=_read_document(documents[0], "/documents/0"))


def check_doc_type(document: Document) -> None:
    """The document calls itself what its MSO calls it (ISO/IEC 18013-5, 9.3.1). Rejections: doc_type_mismatch."""
    signed = document.issuer_signed.mso.doc_type
    if document.doc_type != signed:
        evidence = {"expected": signed, "actual": document.doc_type}
        raise Rejection("doc_type_mismatch", where="/docType", section="ISO/IEC 18013-5, 9.3.1", evidence=evidence)


def check_device_elements(document: Document) -> None:
    """The device key may sign for every element the device added (ISO/IEC 18013-5, 9.1.2.4).

    Rejections: device_element_unauthorized.
    """
    granted = document.issuer_signed.mso.key_authorizations
    for name_space, elements in document.device_signed.elements.items():
        for identifier in elements:
            if not granted.cover(name_space, identifier):
                where = f"/deviceSigned/nameSpaces/{name_space}/{identifier}"
                raise Rejection("device_element_unauthorized", where=where, section="ISO/IEC 18013-5, 9.1.2.4")


def _read_document(value: object, where: str) -> Document:
    document = Members.of(value, called="document", where=where, section=_SECTION)
    issuer_signed = document.required("issuerSigned", dict, called="issuer_signed")
    return Document(
        doc_type=document.required("docType", str, called="doc_type"),
        issuer_signed=read_issuer_signed(issuer_signed, where=document.at("issuerSigned")),
        device_signed=_read_device_signed(document.object("deviceSigned", called="device_signed")),
        errors=_read_errors(document),
    )


def _read_device_signed(device_signed: Members) -> DeviceSigned:
    encoded = device_signed.values.get("nameSpaces")
    if type(encoded) is not cbor.Tagged24:
        raise device_signed.reject("device_name_spaces_not_tagged", "nameSpaces")
    elements = cbor.loads(encoded.content, where=device_signed.at("nameSpaces"))
    if not _two_levels(elements) or not is_data(elements):
        raise device_signed.reject("device_name_spaces_malformed", "nameSpaces")
    auth = device_signed.object("deviceAuth", called="device_auth")
    return DeviceSigned(encoded=encoded, elements=elements, auth=_read_auth(auth))


def _read_auth(auth: Members) -> cose.Sign1 | cose.Mac0:
    """Exactly one of the two."""
    signature, mac = _given(auth, "deviceSignature"), _given(auth, "deviceMac")
    if (signature is None) == (mac is None):
        reason = "device_auth_missing" if mac is None else "device_auth_ambiguous"
        raise Rejection(reason, where=auth.where, section="ISO/IEC 18013-5, 9.1.3")
    if mac is None:
        return cose.parse_sign1(signature, tagging=cose.Tagging.FORBIDDEN, where=auth.at("deviceSignature"))
    return cose.parse_mac0(mac, tagging=cose.Tagging.FORBIDDEN, where=auth.at("deviceMac"))


def _given(auth: Members, name: str) -> object | None:
    """Some wallets write the proof they do not give as `undefined`; it counts as absent."""
    value: object | None = auth.values.get(name)
    return None if value is cbor.UNDEFINED else value


def _read_errors(document: Members) -> Mapping[str, Mapping[str, int]]:
    errors: Any = document.values.get("errors", {})
    if not _two_levels(errors) or not all(type(code) is int for codes in errors.values() for code in codes.values()):
        raise document.reject("errors_malformed", "errors")
    checked: Mapping[str, Mapping[str, int]] = errors
    return checked


def _two_levels(value: object) -> bool:
    """Whether this is a map of namespaces with maps of elements."""
    return type(value) is dict and all(
        type(name_space) is str and type(elements) is dict and all(type(identifier) is str for identifier in elements)
        for name_space, elements in value.items()
    )
