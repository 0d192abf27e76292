"""Making a DeviceResponse from a held IssuerSigned (ISO/IEC 18013-5, 8.3.2.1.2.2).

The chosen items travel with the bytes the issuer gave, for the digests are over these. In steps, so that a document can
be looked at before it is encoded: `build_document`, then `encode_device_response`; `present` does both.
"""

from collections.abc import Collection, Mapping, Sequence

from vc_core import cbor
from vc_core.mdoc.device_auth import MacHolder, prove
from vc_core.mdoc.device_response import STATUS_OK, VERSION
from vc_core.mdoc.issuer_signed import IssuerSigned, parse_issuer_signed
from vc_core.rejection import Rejection
from vc_core.signer import Signer

_NO_ELEMENTS: Mapping[str, Mapping[str, object]] = {}


def present(
    issuer_signed: bytes,
    *,
    doc_type: str,
    elements: Mapping[str, Collection[str]],
    session_transcript: bytes,
    holder: Signer | MacHolder,
    device_namespaces: Mapping[str, Mapping[str, object]] = _NO_ELEMENTS,
) -> bytes:
    """CBOR of a DeviceResponse with one document; arguments and rejections as `build_document`."""
    document = build_document(
        parse_issuer_signed(issuer_signed),
        doc_type=doc_type,
        elements=elements,
        session_transcript=session_transcript,
        holder=holder,
        device_namespaces=device_namespaces,
    )
    return encode_device_response([document])


def build_document(
    issuer_signed: IssuerSigned,
    *,
    doc_type: str,
    elements: Mapping[str, Collection[str]],
    session_transcript: bytes,
    holder: Signer | MacHolder,
    device_namespaces: Mapping[str, Mapping[str, object]] = _NO_ELEMENTS,
) -> dict[str, object]:
    """A Document as `cbor.dumps` takes it.

    elements: what to show, by namespace. session_transcript: CBOR without tag 24. device_namespaces: the device's own
    elements, for which the device key needs authorization. Rejections: element_not_held.
    """
    name_spaces = cbor.tag24(cbor.dumps(device_namespaces))
    auth = prove(holder, session_transcript=session_transcript, doc_type=doc_type, name_spaces=name_spaces)
    return {
        "docType": doc_type,
        "issuerSigned": {
            "nameSpaces": {
                name_space: _chosen(issuer_signed, name_space, identifiers)
                for name_space, identifiers in elements.items()
            },
            "issuerAuth": issuer_signed.issuer_auth.array(),
        },
        "deviceSigned": {"nameSpaces": name_spaces, "deviceAuth": auth},
    }


def encode_device_response(
    documents: Sequence[Mapping[str, object]], *, version: str = VERSION, status: int = STATUS_OK
) -> bytes:
    """CBOR of a DeviceResponse."""
    return cbor.dumps({"version": version, "documents": documents, "status": status})


def _chosen(issuer_signed: IssuerSigned, name_space: str, identifiers: Collection[str]) -> list[cbor.Tagged24]:
    items = [item for item in issuer_signed.name_spaces.get(name_space, ()) if item.identifier in identifiers]
    if len(items) != len(set(identifiers)):
        raise Rejection("element_not_held", where=f"/nameSpaces/{name_space}")
    return [item.encoded for item in items]
