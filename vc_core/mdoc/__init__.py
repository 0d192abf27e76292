"""Mobile documents (ISO/IEC 18013-5): issued, presented, read and verified, as OpenID4VP and HAIP use them.

    issue, plan_issuer_signed, sign         the issuer's side                  issuing
    parse_issuer_signed, check_digests,
    verify_issuer_auth, issuer_chain        what the issuer signed             issuer_signed
    present, build_document, ...            the holder's side                  presenting, device_auth
    parse_device_response, check_*,
    verify_device_auth                      the verifier's side                device_response, device_auth
    parse_device_request, session_key       proximity, as far as annex D goes  device_request, session_encryption

Every parser and check raises `Rejection` only. Left out: device engagement and transfer, zero-knowledge proofs and
several documents in one response. Chains are judged in `x509`, status in `status_list`, transcripts built in
`session_transcript`.
"""

from vc_core.mdoc.device_auth import MacHolder, device_authentication, mac_key, prove, verify_device_auth
from vc_core.mdoc.device_request import DocRequest, parse_device_request, reader_authentication, verify_reader_auth
from vc_core.mdoc.device_response import (
    DeviceResponse,
    DeviceSigned,
    Document,
    check_device_elements,
    check_doc_type,
    parse_device_response,
    read_device_response,
)
from vc_core.mdoc.issuer_signed import (
    IssuerSigned,
    check_digests,
    issuer_chain,
    parse_issuer_signed,
    read_issuer_signed,
    verify_issuer_auth,
)
from vc_core.mdoc.issuing import IssuerSignedPlan, issue, plan_issuer_signed, sign
from vc_core.mdoc.items import IssuerSignedItem, encode_item
from vc_core.mdoc.mobile_security_object import KeyAuthorizations, MobileSecurityObject, ValidityInfo
from vc_core.mdoc.presenting import build_document, encode_device_response, present
from vc_core.mdoc.session_encryption import Direction, SessionKey, session_key

__all__ = [
    "DeviceResponse",
    "DeviceSigned",
    "Direction",
    "DocRequest",
    "Document",
    "IssuerSigned",
    "IssuerSignedItem",
    "IssuerSignedPlan",
    "KeyAuthorizations",
    "MacHolder",
    "MobileSecurityObject",
    "SessionKey",
    "ValidityInfo",
    "build_document",
    "check_device_elements",
    "check_digests",
    "check_doc_type",
    "device_authentication",
    "encode_device_response",
    "encode_item",
    "issue",
    "issuer_chain",
    "mac_key",
    "parse_device_request",
    "parse_device_response",
    "parse_issuer_signed",
    "plan_issuer_signed",
    "present",
    "prove",
    "read_device_response",
    "read_issuer_signed",
    "reader_authentication",
    "session_key",
    "sign",
    "verify_device_auth",
    "verify_issuer_auth",
    "verify_reader_auth",
]
