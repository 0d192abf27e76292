"""Faults of an inspection code: text, compression, message and claims set (`schemas/inspection-code.md`)."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from issuer.faults.certificates import certified
from issuer.faults.desk import CredentialFault, Desk, flipped
from vc_core import base45, cbor, cose, inspection_code
from vc_core.formats.inspection_code import ID
from vc_core.signer import SoftwareKey

_SPEC = "inspection-code.md, section"
_NOT_COVERED_BY_A_CODE = "Certificat A1 - Document PDF - https://www.example.eu/a1/2026/FR-A1-2026-000117.pdf"


@dataclass(slots=True, kw_only=True)
class CodeDraft:
    """payload: the claims set, content: `[number, members]` in it. header: protected."""

    payload: dict[Any, Any]
    header: dict[int, Any]
    key: SoftwareKey
    tagging: cose.Tagging = cose.Tagging.REQUIRED
    octets: bytes | None = None

    @classmethod
    def of(cls, desk: Desk) -> "CodeDraft":
        message = _message(desk.credential())
        header = {label: value for label, value in message.protected.items() if label != cose.ALG}
        return cls(payload=cbor.loads(message.payload or b""), header=header, key=desk.signer)

    @property
    def content(self) -> list[Any]:
        found: list[Any] = next(value for value in self.payload.values() if isinstance(value, list))
        return found

    def write(self) -> str:
        payload = cbor.dumps(self.payload) if self.octets is None else self.octets
        message = cose.sign1(payload, signer=self.key, protected_extra=self.header)
        return inspection_code.write(cose.encode_sign1(message, tagging=self.tagging))


def _message(text: str) -> cose.Sign1:
    return cose.parse_sign1(cbor.loads(zlib.decompress(_packed(text))))


def _packed(text: str) -> bytes:
    return base45.decode(text.removeprefix(inspection_code.PREFIX))


def _code(packed: bytes) -> str:
    return inspection_code.PREFIX + base45.encode(packed)


def _drafted(id_: str, says: str, section: str, alter: Callable[[CodeDraft], object]) -> CredentialFault:
    def make(desk: Desk) -> str:
        draft = CodeDraft.of(desk)
        alter(draft)
        return draft.write()

    return CredentialFault(id=f"code.{id_}", says=says, section=f"{_SPEC} {section}", make=make, formats=(ID,))


def _written(id_: str, says: str, section: str, rewrite: Callable[[str], str]) -> CredentialFault:
    return CredentialFault(
        id=f"code.{id_}", says=says, section=f"{_SPEC} {section}", make=lambda desk: rewrite(desk.credential()),
        formats=(ID,),
    )  # fmt: skip


def _signed_by(id_: str, says: str, section: str, signer: Callable[[Desk], SoftwareKey]) -> CredentialFault:
    return CredentialFault(
        id=f"code.{id_}", says=says, section=f"{_SPEC} {section}", formats=(ID,),
        make=lambda desk: desk.credential(signer=signer(desk)),
    )  # fmt: skip


def _one_character(text: str) -> str:
    """One character in the middle of the compressed text, another one of the same alphabet."""
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


def _half(text: str) -> str:
    """Whole groups of three characters, so that the encoding itself is still good."""
    return text[: len(inspection_code.PREFIX) + len(text) // 6 * 3]


def _message_changed(change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """Changes the inflated message, and compresses it again."""
    return lambda text: _code(zlib.compress(change(zlib.decompress(_packed(text))), 9))


def _name_changed(message: bytes) -> bytes:
    """The first name in it, of a person, in other capitals."""
    sign1 = cose.parse_sign1(cbor.loads(message))
    payload = cbor.loads(sign1.payload or b"")
    members: dict[int, Any] = next(value for value in payload.values() if isinstance(value, list))[1]
    name = next(value for value in members.values() if isinstance(value, str) and value.isalpha() and len(value) > 3)
    return message.replace(name.encode(), name.encode().swapcase(), 1)


def _raw_deflate(text: str) -> str:
    return _code(zlib.decompress(_packed(text)) and zlib.compress(zlib.decompress(_packed(text)), 9)[2:-4])


def _stranger_with_this_kid(desk: Desk) -> str:
    draft = CodeDraft.of(desk)
    draft.key = desk.stranger
    return draft.write()


def _members(alter: Callable[[dict[int, Any]], object]) -> Callable[[CodeDraft], object]:
    return lambda draft: alter(draft.content[1])


def _repeated_key(draft: CodeDraft) -> None:
    octets = cbor.dumps(draft.payload)
    draft.octets = bytes((octets[0] + 1,)) + octets[1:] + cbor.dumps(6) + cbor.dumps(1)


FAULTS = (
    _written("text_of_a_document", "It is the text of another document's code.", "1", lambda _: _NOT_COVERED_BY_A_CODE),
    _written("prefix_of_another_version", "Its prefix is that of another version.", "1",
             lambda text: text.replace("SSC1:", "SSC2:", 1)),
    _written("prefix_alone", "Nothing follows its prefix.", "1", lambda _: inspection_code.PREFIX),
    _written("alphabet", "It has a character that base45 does not know.", "1", lambda text: f"{text[:-1]}~"),
    _written("character_changed", "One character of the text was changed.", "1", _one_character),
    _written("cut_off", "Its second half is missing.", "1", _half),
    _written("not_zlib", "Its content is raw DEFLATE without the frame of zlib.", "1", _raw_deflate),
    _written("bomb", "It inflates to a megabyte.", "1", lambda _: _code(zlib.compress(bytes(2**19), 9))),
    _written("too_long", "Its text is longer than any code.", "1", lambda text: text + "A" * 2000),
    _written("trailing_bytes", "There are bytes after the message.", "2",
             _message_changed(lambda data: data + b"\x00")),
    _written("signature_tampered", "One bit of the signature was changed.", "2", _message_changed(flipped)),
    _written("name_tampered", "A name was changed after signing.", "2", _message_changed(_name_changed)),
    _drafted("untagged", "The message has no tag.", "2",
             lambda draft: setattr(draft, "tagging", cose.Tagging.FORBIDDEN)),
    _drafted("type_missing", "Its header has no type.", "2", lambda draft: draft.header.pop(cose.TYP)),
    _drafted("type_wrong", "Its header has the type of another message.", "2",
             lambda draft: draft.header.update({cose.TYP: "application/statuslist+cwt"})),
    _drafted("signer_unnamed", "Its header names no signer.", "2", lambda draft: draft.header.pop(cose.KID)),
    _drafted("signer_unknown", "Its header names a signer that is not on the trust list.", "2",
             lambda draft: draft.header.update({cose.KID: bytes(8)})),
    _drafted("critical_header", "It has a critical header that nobody knows.", "2",
             lambda draft: draft.header.update({cose.CRIT: [99], 99: 1})),
    CredentialFault(
        id="code.signed_by_other_key", says="Another key signed it than its header names.", section=f"{_SPEC} 2",
        make=_stranger_with_this_kid, formats=(ID,),
    ),
    _signed_by("institution_differs", "Another institution signed it than the one it names.", "5",
               lambda desk: desk.stranger),
    _signed_by("institution_unlisted", "Its signer is certified, but not on the trust list.", "5", certified),
    _drafted("number_unknown", "Its number is none of a type that the verifier knows.", "3",
             lambda draft: draft.content.__setitem__(0, 999)),
    _drafted("content_missing", "It has no members.", "3", lambda draft: draft.content.clear()),
    _drafted("time_missing", "It does not say when it was signed.", "3", lambda draft: draft.payload.pop(6)),
    _drafted("claim_repeated", "Its claims set has a key twice.", "3", _repeated_key),
    _drafted("status_missing", "It refers to no status list.", "3", lambda draft: draft.payload.pop(65535)),
    _drafted("status_index_negative", "Its status index is negative.", "3",
             lambda draft: draft.payload[65535]["status_list"].update(idx=-1)),
    _drafted("claim_of_wrong_kind", "A member is of another kind than its rulebook says.", "4",
             _members(lambda members: members.update({min(key for key in members if key > 0): 1}))),
    _drafted("unknown_member", "It has a member that nobody knows, which is ignored.", "4",
             _members(lambda members: members.update({900: "x"}))),
)  # fmt: skip
