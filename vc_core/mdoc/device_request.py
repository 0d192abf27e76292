"""DeviceRequest: what a reader asks for in proximity, and who it says it is (ISO/IEC 18013-5, 8.3.2.1.2.1 and 9.1.4).

Online, OpenID4VP asks (`dcql`); this is the form of the standard itself. Left out: matching a request with what is
held, `requestInfo`, and the certification path of readers (`x509`).
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from vc_core import cbor, cose
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

VERSION = "1.0"
_SECTION = "ISO/IEC 18013-5, 8.3.2.1.2.1"
_CONTEXT = cbor.dumps("ReaderAuthentication")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocRequest:
    """One document asked for. name_spaces: elements wanted, each with whether the reader intends to keep it.

    encoded: ItemsRequestBytes as received, which the reader's signature covers. reader_auth: not verified.
    """

    doc_type: str
    name_spaces: Mapping[str, Mapping[str, bool]]
    encoded: cbor.Tagged24
    reader_auth: cose.Sign1 | None


def parse_device_request(data: bytes) -> tuple[DocRequest, ...]:
    """The documents a DeviceRequest asks for.

    Rejections: device_request_malformed, device_request_version_unsupported, doc_requests_empty,
    items_request_not_tagged, `<member>_missing` and `<member>_malformed`, or as `cose.parse_sign1` and `cbor.loads`.
    """
    request = Members.of(cbor.loads(data), called="device_request", where="", section=_SECTION)
    if request.required("version", str) != VERSION:
        raise request.reject("device_request_version_unsupported", "version")
    doc_requests = request.items("docRequests", called="doc_requests")
    return tuple(_read_doc_request(value, f"/docRequests/{index}") for index, value in enumerate(doc_requests))


def reader_authentication(session_transcript: bytes, items_request: cbor.Tagged24) -> bytes:
    """ReaderAuthenticationBytes, `#6.24(bstr .cbor ReaderAuthentication)`: what is signed (ISO/IEC 18013-5, 9.1.4)."""
    return cbor.tag24(b"".join((cbor.array_head(3), _CONTEXT, session_transcript, items_request.raw))).raw


def verify_reader_auth(
    doc_request: DocRequest,
    session_transcript: bytes,
    key: PublicKey,
    algorithms: AbstractSet[int] = cose.HAIP_ALGORITHMS,
) -> None:
    """Whether `key` (of the reader's certificate) signed this request for this session.

    session_transcript: CBOR, without tag 24. Rejections: reader_auth_missing, or as `cose.verify_sign1`.
    """
    where = "/readerAuth"
    if doc_request.reader_auth is None:
        raise Rejection("reader_auth_missing", where=where, section="ISO/IEC 18013-5, 9.1.4")
    payload = reader_authentication(session_transcript, doc_request.encoded)
    cose.verify_sign1(doc_request.reader_auth, key, algorithms, payload=payload, where=where)


def _read_doc_request(value: object, where: str) -> DocRequest:
    doc_request = Members.of(value, called="doc_request", where=where, section=_SECTION)
    encoded = doc_request.values.get("itemsRequest")
    if type(encoded) is not cbor.Tagged24:
        raise doc_request.reject("items_request_not_tagged", "itemsRequest")
    place = doc_request.at("itemsRequest")
    items = Members.of(cbor.loads(encoded.content, where=place), called="items_request", where=place, section=_SECTION)
    name_spaces = items.required("nameSpaces", dict, called="name_spaces")
    for name_space, elements in name_spaces.items():
        if type(name_space) is not str or type(elements) is not dict or not _all_wishes(elements):
            raise items.reject("name_spaces_malformed", "nameSpaces")
    auth = doc_request.optional("readerAuth", list, called="reader_auth")
    return DocRequest(
        doc_type=items.required("docType", str, called="doc_type"),
        name_spaces=name_spaces,
        encoded=encoded,
        reader_auth=None if auth is None else cose.parse_sign1(auth, where=doc_request.at("readerAuth")),
    )


def _all_wishes(elements: Mapping[object, object]) -> bool:
    return all(type(identifier) is str and type(keep) is bool for identifier, keep in elements.items())
