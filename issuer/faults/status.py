"""Faults of status lists: what the list says, its token as JWT and as CWT, and its server (Token Status List)."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from issuer.faults.desk import flipped
from issuer.faults.status_draft import NoStatusAnswer, StatusAnswer, StatusDesk, StatusFault, TokenDraft
from vc_core import cbor, cose
from vc_core.status_list import MAX_INFLATED, Status, StatusList
from vc_core.status_token import TokenFormat

_LIST, _TOKEN, _CWT, _READ = (f"Token Status List, section {number}" for number in ("4.1", "5.1", "5.2", "8.3"))
_HTTP, _SIGNER = "Token Status List, section 8.1", "Token Status List, section 13.5"
_DAY = timedelta(days=1)

Make = Callable[[StatusDesk], StatusAnswer | NoStatusAnswer]


def _fault(id_: str, says: str, section: str, make: Make, form: TokenFormat | None = None) -> StatusFault:
    return StatusFault(id=f"status.{id_}", says=says, section=section, make=make, form=form)


def _planned(id_: str, says: str, section: str, changes: Callable[[StatusDesk], dict[str, Any]]) -> StatusFault:
    return _fault(id_, says, section, lambda desk: desk.answer(**changes(desk)))


def _drafted(
    id_: str, says: str, section: str, alter: Callable[[TokenDraft], object], form: TokenFormat | None = None
) -> StatusFault:
    def make(desk: StatusDesk) -> StatusAnswer:
        draft = TokenDraft.of(desk.plan)
        alter(draft)
        return StatusAnswer(body=draft.write(), content_type=draft.form.value)

    return _fault(id_, says, section, make, form)


def _served(id_: str, says: str, section: str, change: Callable[[StatusAnswer], StatusAnswer]) -> StatusFault:
    return _fault(id_, says, section, lambda desk: change(desk.answer()))


def _value(value: int, bits: int | None = None) -> Callable[[StatusDesk], dict[str, Any]]:
    """The credential's entry has this value."""

    def changes(desk: StatusDesk) -> dict[str, Any]:
        plain = desk.plan.statuses
        values = {desk.reference.idx: value}
        return {"statuses": StatusList.of(values, bits=bits or plain.bits, size=len(plain))}

    return changes


def _aged(age: timedelta) -> Callable[[StatusDesk], dict[str, Any]]:
    return lambda desk: {"issued_at": desk.now - age, "expires": desk.now - age + 7 * _DAY}


def _claims(**members: Any) -> Callable[[TokenDraft], object]:
    return lambda draft: draft.claims.update(members)


def _list(**members: Any) -> Callable[[TokenDraft], object]:
    return lambda draft: draft.claims["status_list"].update(members)


def _repacked(change: Callable[[bytes], bytes]) -> Callable[[TokenDraft], None]:
    """Another compression of the list."""

    def alter(draft: TokenDraft) -> None:
        draft.lst = change(zlib.decompress(draft.lst))

    return alter


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def _most_significant_first(desk: StatusDesk) -> dict[str, Any]:
    """The neighbour's withdrawal at the place where a reader looks for this credential's."""
    plain, idx = desk.plan.statuses, desk.reference.idx
    mirrored = idx - idx % 8 + 7 - idx % 8
    values = {mirrored: Status.INVALID}
    right = StatusList.of(values, bits=1, size=len(plain))
    reversed_bits = bytes(int(f"{byte:08b}"[::-1], 2) for byte in right.data)
    return {"statuses": StatusList(bits=1, data=reversed_bits)}


def _unsigned(draft: TokenDraft) -> None:
    draft.header["alg"] = "none"
    draft.seal = lambda _: b""


def _tampered(draft: TokenDraft) -> None:
    seal = draft.seal
    draft.seal = lambda data: flipped(seal(data))


def _cwt_tampered(answer: StatusAnswer) -> StatusAnswer:
    return replace(answer, body=flipped(answer.body))


def _cwt_message(form: Callable[[cose.Sign1], bytes]) -> Make:
    def make(desk: StatusDesk) -> StatusAnswer:
        draft = TokenDraft.of(desk.plan)
        return StatusAnswer(body=form(draft.message()), content_type=draft.form.value)

    return make


def _type_unprotected(draft: TokenDraft) -> None:
    draft.unprotected[cose.TYP] = draft.header.pop(cose.TYP)


def _chainless(draft: TokenDraft) -> None:
    draft.header.pop("x5c", None)
    draft.unprotected.pop(cose.X5CHAIN, None)


FAULTS = (
    _planned("withdrawn", "The list says INVALID.", "Token Status List, section 7.1", _value(Status.INVALID)),
    _planned("suspended", "The list says SUSPENDED.", "Token Status List, section 7.1", _value(Status.SUSPENDED, 2)),
    _planned("value_three", "The list says 0x03, which is the application's own.", "Token Status List, section 7.1",
             _value(3, 2)),
    _planned("value_reserved", "The list says 0x0B, which is reserved.", "Token Status List, section 7.1",
             _value(11, 4)),
    _planned("packed_backwards", "The list is packed from the most significant bit.", _LIST, _most_significant_first),
    _planned("list_short", "The list ends before the credential's index.", _READ,
             lambda _: {"statuses": StatusList.of({}, bits=1, size=8)}),
    _planned("old", "The token is older than its ttl.", "Token Status List, section 13.7", _aged(_DAY)),
    _planned("expired", "The token has expired.", _READ, _aged(8 * _DAY)),
    _planned("issued_in_the_future", "The token is dated an hour ahead.", _READ, _aged(timedelta(hours=-1))),
    _planned("list_of_other_uri", "The token is that of another list.", _READ,
             lambda desk: {"subject": desk.plan.subject + "0"}),
    _planned("signer_of_other_institution", "Another institution of the trust list signed the token.", _SIGNER,
             lambda desk: {"signer": desk.stranger}),
    _planned("signer_for_documents", "The institution's document signer signed the token.",
             "Token Status List, section 10", lambda desk: {"signer": desk.document_signer}),
    _planned("signed_by_other_key", "The token is signed by another key than its certificate's.", _READ,
             lambda desk: {"signer": replace(desk.stranger, chain=desk.plan.signer.chain)}),
    _drafted("chain_missing", "The token brings no certificate.", "HAIP 1.0, section 6.1", _chainless),
    _drafted("subject_missing", "The token does not say which list it is.", _TOKEN,
             lambda draft: draft.claims.pop("sub")),
    _drafted("issued_at_missing", "The token does not say when it was issued.", _TOKEN,
             lambda draft: draft.claims.pop("iat")),
    _drafted("ttl_zero", "The ttl is zero.", _TOKEN, _claims(ttl=0)),
    _drafted("ttl_negative", "The ttl is negative.", _TOKEN, _claims(ttl=-1)),
    _drafted("ttl_text", "The ttl is a text.", _TOKEN, _claims(ttl="3600")),
    _drafted("exp_text", "The expiry is a text.", _TOKEN, _claims(exp="tomorrow")),
    _drafted("list_missing", "The token has no list.", _TOKEN, lambda draft: draft.claims.pop("status_list")),
    _drafted("bits_three", "The list has three bits an entry.", _LIST, _list(bits=3)),
    _drafted("bits_zero", "The list has no bits.", _LIST, _list(bits=0)),
    _drafted("bits_sixteen", "The list has sixteen bits an entry.", _LIST, _list(bits=16)),
    _drafted("bits_text", "The number of bits is a text.", _LIST, _list(bits="1")),
    _drafted("list_gzip", "The list is compressed with gzip.", _LIST, _repacked(_gzip)),
    _drafted("list_raw_deflate", "The list is raw DEFLATE without the frame of zlib.", _LIST, _repacked(_raw_deflate)),
    _drafted("list_cut_off", "The second half of the list is missing.", _LIST,
             lambda draft: setattr(draft, "lst", draft.lst[: len(draft.lst) // 2])),
    _drafted("list_bomb", "The list inflates to more than any verifier takes.", "Token Status List, section 11",
             _repacked(lambda _: zlib.compress(bytes(MAX_INFLATED + 1), 9))),
    _drafted("list_padded", "The list is base64url with padding.", _LIST,
             lambda draft: _list(lst=draft.claims["status_list"]["lst"] + "=")(draft), TokenFormat.JWT),
    _drafted("list_standard_base64", "The list is in standard base64.", _LIST,
             lambda draft: _list(lst="+/" + draft.claims["status_list"]["lst"][2:])(draft), TokenFormat.JWT),
    _drafted("typ_jwt", "The token says typ JWT.", _TOKEN, lambda draft: draft.header.update(typ="JWT"),
             TokenFormat.JWT),
    _drafted("alg_none", "The token says alg none and is not signed.", _TOKEN, _unsigned, TokenFormat.JWT),
    _drafted("signature_tampered", "One bit of the token's signature was changed.", _READ, _tampered, TokenFormat.JWT),
    _fault("cwt_signature_tampered", "One bit of the token's signature was changed.", _READ,
           lambda desk: _cwt_tampered(desk.answer()), TokenFormat.CWT),
    _fault("cwt_tagged_as_cwt", "The message has the CWT tag around it.", _CWT,
           _cwt_message(lambda message: cbor.dumps(cbor.CBORTag(cbor.CWT, cbor.CBORTag(cbor.SIGN1, message.array())))),
           TokenFormat.CWT),
    _fault("cwt_untagged", "The message has no tag.", _CWT,
           _cwt_message(lambda message: cose.encode_sign1(message, tagging=cose.Tagging.FORBIDDEN)), TokenFormat.CWT),
    _drafted("cwt_type_missing", "Its header has no type.", _CWT, lambda draft: draft.header.pop(cose.TYP),
             TokenFormat.CWT),
    _drafted("cwt_type_unprotected", "The type stands in the unprotected header.", _CWT, _type_unprotected,
             TokenFormat.CWT),
    _served("text_plain", "The token is served as text/plain.", "Token Status List, section 8.2",
            lambda answer: replace(answer, content_type="text/plain")),
    _served("not_found", "The server answers 404.", _HTTP, lambda answer: replace(answer, status=404)),
    _served("server_error", "The server answers 500.", _HTTP, lambda answer: replace(answer, status=500)),
    _served("no_content", "The server answers with nothing.", _HTTP, lambda answer: replace(answer, body=b"")),
    _fault("unreachable", "The server ends the connection.", _HTTP, lambda _: NoStatusAnswer()),
)  # fmt: skip
