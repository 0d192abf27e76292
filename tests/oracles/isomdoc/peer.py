"""isomdoc: issues an IssuerSigned, verifies a DeviceResponse. It neither presents nor looks at chains or validity."""

from datetime import datetime
from typing import Any

import cbor2
from answering import answer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_der_x509_certificate
from isomdoc import create_mdoc, verify_device_response


def issue(
    doc_type: str,
    namespaces: dict[str, dict[str, Any]],
    certificate: str,
    private_key: str,
    device_key: str,
    signed: str,
    valid_until: str,
) -> dict[str, Any]:
    chain = [load_der_x509_certificate(bytes.fromhex(certificate))]
    mdoc = create_mdoc(doc_type, chain, load_pem_private_key(private_key.encode(), None))
    for namespace, elements in namespaces.items():
        for identifier, value in elements.items():
            mdoc.add_data_item(namespace, identifier, value)
    instant = datetime.fromisoformat(signed)
    issued = mdoc.generate_credential(
        load_pem_public_key(device_key.encode()), instant, instant, datetime.fromisoformat(valid_until)
    )
    return {"issuer_signed": issued.hex()}


def verify(response: str, session_transcript: str) -> dict[str, Any]:
    """Document type, and element values as text."""
    verified = verify_device_response(bytes.fromhex(response), cbor2.loads(bytes.fromhex(session_transcript)))
    document = verified.documents[0]
    return {
        "doc_type": document.doctype,
        "elements": {
            namespace: {item.element_identifier: plain(item.element_value) for item in items}
            for namespace, items in document.issuer_signed.namespaces.items()
        },
    }


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(element) for element in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


if __name__ == "__main__":
    answer(
        {"issue": issue, "verify": verify},
        refusals=(InvalidSignature, RuntimeError, cbor2.CBORDecodeError),
    )
