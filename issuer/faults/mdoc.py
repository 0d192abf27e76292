"""Faults of an mdoc as its issuer makes it: items and digests, mobile security object, issuerAuth (ISO/IEC 18013-5)."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from issuer.faults.desk import CredentialFault, Desk, flipped
from issuer.faults.mdoc_draft import MdocDraft, Parts, in_bytes, in_draft, in_text
from vc_core import cbor, cose
from vc_core.formats import mso_mdoc

_ITEMS, _DIGESTS, _MSO = "ISO/IEC 18013-5, 8.3.2.1.2.2", "ISO/IEC 18013-5, 9.3.1", "ISO/IEC 18013-5, 9.1.2.4"
_COSE, _CBOR, _KEY = "RFC 9052, section 3.1", "RFC 8949, section 5", "RFC 9053, section 7.1.1"
_STATUS = "Token Status List, section 6.3"
_RS256 = -257


def _protected(alter: Callable[[dict[Any, Any]], object]) -> Callable[[MdocDraft], object]:
    return lambda draft: alter(draft.protected)


def _mso(**members: Any) -> Callable[[MdocDraft], object]:
    return lambda draft: draft.mso.update(members)


def _key(**members: Any) -> Callable[[MdocDraft], object]:
    """Members of the device key by the names that COSE gives their numbers."""
    numbers = {"x": -2, "y": -3, "d": -4}
    return lambda draft: draft.mso["deviceKeyInfo"]["deviceKey"].update(
        {numbers[name]: value for name, value in members.items()}
    )


def _validity(name: str, text: str) -> Callable[[MdocDraft], object]:
    return lambda draft: draft.mso["validityInfo"].update({name: cbor.CBORTag(cbor.TDATE, text)})


def _before_signing(draft: MdocDraft) -> None:
    signed: str = draft.mso["validityInfo"]["signed"].value
    _validity("validFrom", "2020" + signed[4:])(draft)


def _valid_from_tomorrow(desk: Desk) -> str:
    draft = MdocDraft.of(desk)
    draft.mso["validityInfo"]["validFrom"] = cbor.tdate(desk.now + timedelta(days=1))
    return draft.write()


def _status_list(**members: Any) -> Callable[[MdocDraft], object]:
    return lambda draft: draft.mso["status"]["status_list"].update(members)


def _algorithm_unprotected(draft: MdocDraft) -> None:
    draft.unprotected[cose.ALG] = draft.protected.pop(cose.ALG)


def _chain_protected(draft: MdocDraft) -> None:
    draft.protected[cose.X5CHAIN] = draft.unprotected.pop(cose.X5CHAIN)


def _der_signature(draft: MdocDraft) -> None:
    def seal(data: bytes) -> bytes:
        raw = draft.key.sign(data)
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    draft.seal = seal


def _sealed_otherwise(change: Callable[[bytes], bytes]) -> Callable[[MdocDraft], None]:
    def alter(draft: MdocDraft) -> None:
        draft.seal = lambda data: change(draft.key.sign(data))

    return alter


def _finished(change: Callable[[Parts], object]) -> Callable[[MdocDraft], None]:
    def alter(draft: MdocDraft) -> None:
        draft.finish = change

    return alter


def _payload_changed(issuer_signed: Parts) -> Parts:
    """The credential lives a thousand years longer than was signed."""
    auth = issuer_signed["issuerAuth"]
    year = auth[2].index(b"validUntil") + len(b"validUntil") + 2  # after the heads of tag 0 and of the text
    auth[2] = auth[2][:year] + b"3" + auth[2][year + 1 :]
    return issuer_signed


def _tampered(draft: MdocDraft) -> None:
    draft.tamper(random=draft.random(16))


def _digest_of_other_item(draft: MdocDraft) -> None:
    draft.tamper(digestID=draft.item(1)["digestID"])
    del draft.items[1]


def _same_digest_id(draft: MdocDraft) -> None:
    draft.tamper(digestID=draft.item(1)["digestID"])


def _same_element(draft: MdocDraft) -> None:
    draft.rewrite(elementIdentifier=draft.item(1)["elementIdentifier"])


def _same_random(draft: MdocDraft) -> None:
    draft.rewrite(random=draft.item(1)["random"])


def _inner_digest(draft: MdocDraft) -> None:
    number = draft.item()["digestID"]
    draft.digests[number] = hashlib.sha256(draft.items[0].content).digest()


def _unknown_digest_id(draft: MdocDraft) -> None:
    draft.add("further", "x", max(draft.digests) + 1)


def _unknown_name_space(draft: MdocDraft) -> None:
    draft.name_space += ".other"


def _other_name_space(draft: MdocDraft) -> None:
    """Items and digests alike stand in a namespace that is not the type's."""
    other = f"{draft.name_space}.other"
    draft.mso["valueDigests"][other] = draft.mso["valueDigests"].pop(draft.name_space)
    draft.name_space = other


def _repeated_key(data: bytes) -> bytes:
    """One more member of the outer map, named as the first one."""
    return bytes((data[0] + 1,)) + data[1:] + cbor.dumps("nameSpaces") + cbor.dumps({})


def _indefinite(data: bytes) -> bytes:
    return b"\xbf" + data[1:] + b"\xff"


def _deep(_: bytes) -> bytes:
    return b"\xa1" + cbor.dumps("issuerAuth") + b"\x81" * 64 + b"\x00"


FAULTS = (
    in_draft("item_tampered", "An element was changed after signing.", _DIGESTS, _tampered),
    in_draft("item_of_other_digest", "An element has the digestID of another one.", _DIGESTS, _digest_of_other_item),
    in_draft("digest_id_twice", "Two elements have the same digestID.", _MSO, _same_digest_id),
    in_draft("element_twice", "One element stands there twice.", _MSO, _same_element),
    in_draft("random_twice", "Two elements have the same salt.", _MSO, _same_random),
    in_draft("random_short", "A salt has fifteen bytes.", _MSO, lambda draft: draft.rewrite(random=draft.random(15))),
    in_draft("digest_id_unknown", "An element has no digest in the MSO.", _DIGESTS, _unknown_digest_id),
    in_draft("name_space_unknown", "The elements stand in a namespace without digests.", _DIGESTS, _unknown_name_space),
    in_draft("name_space_other", "The elements stand in a namespace that is not the type's.", _ITEMS,
             _other_name_space),
    in_draft("digest_untagged", "A digest is over the item without tag 24.", _DIGESTS, _inner_digest),
    in_draft("item_untagged", "An item is not embedded CBOR.", _ITEMS,
             lambda draft: draft.items.__setitem__(0, draft.item())),
    in_draft("value_undefined", "An element has the value undefined.", _ITEMS,
             lambda draft: draft.rewrite(elementValue=cbor.UNDEFINED)),
    in_draft("digest_algorithm_md5", "The digest algorithm is MD5.", _MSO, _mso(digestAlgorithm="MD5")),
    in_draft("digest_algorithm_unknown", "The digest algorithm has no known name.", _MSO,
             _mso(digestAlgorithm="SHA-999")),
    in_draft("digest_algorithm_lower_case", "The digest algorithm is spelled sha-256.", _MSO,
             _mso(digestAlgorithm="sha-256")),
    in_draft("name_spaces_empty", "No element is shown.", _ITEMS,
             _finished(lambda made: {**made, "nameSpaces": {}})),
    in_draft("mso_untagged", "The MSO is not embedded CBOR.", _MSO,
             lambda draft: setattr(draft, "embed", lambda content: content)),
    in_draft("mso_version", "The MSO has version 2.0.", _MSO, _mso(version="2.0")),
    in_draft("doc_type_unknown", "Its docType is none that the verifier knows.", _DIGESTS,
             _mso(docType="org.example.unknown.1")),
    CredentialFault(
        id="mdoc.valid_from_tomorrow", says="It is not valid before tomorrow.", section=_DIGESTS,
        make=_valid_from_tomorrow, formats=(mso_mdoc.ID,),
    ),
    in_draft("validity_order", "It is valid from before it was signed.", _MSO, _before_signing),
    in_draft("time_not_utc", "An instant is not in UTC.", _MSO, _validity("signed", "2026-02-15T10:00:00+01:00")),
    in_draft("time_with_fraction", "An instant has a fraction of a second.", _MSO,
             _validity("signed", "2026-02-15T09:00:00.5Z")),
    in_draft("time_is_text", "An instant is no tdate.", _MSO,
             lambda draft: draft.mso["validityInfo"].update(signed="2026-02-15T09:00:00Z")),
    in_draft("device_key_missing", "Its deviceKeyInfo has no key.", _MSO,
             lambda draft: draft.mso["deviceKeyInfo"].pop("deviceKey")),
    in_draft("device_key_private", "The device key comes with its private part.", _KEY, _key(d=bytes(31) + b"\x01")),
    in_draft("device_key_off_the_curve", "The device key is no point of its curve.", _KEY, _key(y=bytes(31) + b"\x01")),
    in_draft("status_index_negative", "Its status index is negative.", _STATUS, _status_list(idx=-1)),
    in_draft("status_index_text", "Its status index is a text.", _STATUS, _status_list(idx="1")),
    in_draft("status_mechanism_unknown", "Its status names a mechanism that nobody knows.", _STATUS,
             _mso(status={"bitstring": {"index": 1}})),
    in_draft("status_uri_http", "Its status list lies at an http address.", _STATUS,
             _status_list(uri="http://issuer.example/status/1")),
    in_draft("chain_protected", "The chain stands in the protected header, which is tolerated.", _MSO,
             _chain_protected),
    in_draft("chain_not_certificate", "x5chain holds something that is no certificate.", "RFC 9360, section 2",
             lambda draft: draft.unprotected.update({cose.X5CHAIN: b"no certificate"})),
    in_draft("algorithm_missing", "issuerAuth names no algorithm.", _COSE,
             _protected(lambda header: header.pop(cose.ALG))),
    in_draft("algorithm_unprotected", "The algorithm stands in the unprotected header only.", _COSE,
             _algorithm_unprotected),
    in_draft("algorithm_rs256", "issuerAuth names RS256.", _COSE,
             _protected(lambda header: header.update({cose.ALG: _RS256}))),
    in_draft("algorithm_none", "issuerAuth names algorithm 0.", _COSE,
             _protected(lambda header: header.update({cose.ALG: 0}))),
    in_draft("critical_header", "issuerAuth has a critical header that nobody knows.", _COSE,
             _protected(lambda header: header.update({cose.CRIT: [99], 99: 1}))),
    in_draft("signature_der", "The signature is encoded as DER, not as r and s.", "RFC 9053, section 2.1",
             _der_signature),
    in_draft("signature_cut", "The signature lost its last byte.", "RFC 9053, section 2.1",
             _sealed_otherwise(lambda signature: signature[:-1])),
    in_draft("signature_tampered", "One bit of the signature was changed.", _DIGESTS, _sealed_otherwise(flipped)),
    in_draft("mso_tampered", "The MSO was changed after signing.", _DIGESTS, _finished(_payload_changed)),
    in_draft("issuer_auth_tagged", "issuerAuth is tagged as COSE_Sign1.", _MSO,
             _finished(lambda made: {**made, "issuerAuth": cbor.CBORTag(cbor.SIGN1, made["issuerAuth"])})),
    in_draft("issuer_auth_missing", "There is no issuerAuth.", _ITEMS,
             _finished(lambda made: {"nameSpaces": made["nameSpaces"], "issuerAuthentication": made["issuerAuth"]})),
    in_draft("mso_detached", "issuerAuth has no payload.", _MSO,
             _finished(lambda made: {**made, "issuerAuth": [*made["issuerAuth"][:2], None, made["issuerAuth"][3]]})),
    in_bytes("trailing_bytes", "There are bytes after the CBOR item.", _CBOR, lambda data: data + b"\x00"),
    in_bytes("key_repeated", "A map has a key twice.", _CBOR, _repeated_key),
    in_bytes("indefinite_length", "A map has indefinite length.", _CBOR, _indefinite),
    in_bytes("deep", "Arrays are nested 64 levels deep.", "RFC 8949, section 10", _deep),
    in_bytes("cut_off", "The second half is missing.", _CBOR, lambda data: data[: len(data) // 2]),
    in_text("base64_padded", "It is base64url with padding.", "OpenID4VCI 1.0, appendix A.2.4",
            lambda text: f"{text}="),
    in_text("base64_standard", "It is in the standard alphabet.", "OpenID4VCI 1.0, appendix A.2.4",
            lambda text: text.replace("-", "+").replace("_", "/")),
)  # fmt: skip
