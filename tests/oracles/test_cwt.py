"""COSE_Sign1 and CWT with cwt: status list tokens and inspection codes (RFC 9052, RFC 8392, Token Status List)."""

import os
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.oracles import ours
from tests.oracles.judging import faults, with_bit_changed
from tests.oracles.ours import EXAMPLES, SIGNERS, STATUS, STRANGER, judged, jwk, planned, private_jwk
from tests.oracles.peers import Peer
from vc_core import base45, cbor, inspection_code, status_token
from vc_core.formats.registry import INSPECTION_CODE
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.status_list import Status, StatusList
from vc_core.status_token import TokenFormat

STATUS_SIGNER = ours.status_signer("a1")
IAT, EXP, SUB, TTL, LIST = 6, 4, 2, 65534, 65533
BITS = pytest.mark.parametrize("bits", [1, 2, 4, 8])


def our_token(bits: int = 2) -> bytes:
    return status_token.encode_cwt(
        StatusList.of({STATUS.idx: Status.INVALID}, bits=bits, size=1024).deflate(),
        subject=STATUS.uri,
        issued_at=ours.now() - timedelta(minutes=2),
        signer=STATUS_SIGNER,
        expires=ours.now() + timedelta(days=7),
        ttl=timedelta(minutes=15),
    )


def signature(message: bytes) -> bytes:
    """The last part of a COSE_Sign1 with ES256."""
    return message[-64:]


# ----------------------------------------------------------------------------------------------------- status tokens
@BITS
def test_they_accept_our_status_token(cwt: Peer, bits: int) -> None:
    read = cwt.accepts("verify", message=our_token(bits).hex(), public_jwk=jwk(STATUS_SIGNER))
    assert read["typ"] == TokenFormat.CWT.value
    claims = cbor.loads(bytes.fromhex(read["payload"]))
    assert (claims[SUB], claims[TTL], claims[LIST]["bits"]) == (STATUS.uri, 900, bits)
    packed = zlib.decompress(claims[LIST]["lst"])
    position, shift = divmod(STATUS.idx * bits, 8)
    assert packed[position] == Status.INVALID << shift
    assert sum(packed) == packed[position]


@pytest.mark.parametrize("part", ["signature", "subject"])
def test_they_refuse_our_status_token_tampered(cwt: Peer, part: str) -> None:
    token = our_token()
    tampered = with_bit_changed(token, {"signature": signature(token), "subject": STATUS.uri.encode()}[part])
    assert "VerifyError" in cwt.refuses("verify", message=tampered.hex(), public_jwk=jwk(STATUS_SIGNER))


def test_they_refuse_our_status_token_under_another_key(cwt: Peer) -> None:
    assert "VerifyError" in cwt.refuses("verify", message=our_token().hex(), public_jwk=jwk(STRANGER))


def their_token(peer: Peer, bits: int = 2) -> bytes:
    top = 2**bits - 1
    deflated = StatusList.of({0: 1, STATUS.idx: top, 1023: top}, bits=bits, size=1024).deflate()
    issued = int(ours.now().timestamp())
    claims: dict[int, Any] = {SUB: STATUS.uri, IAT: issued, EXP: issued + 600, TTL: 900}
    answer = peer.accepts(
        "sign",
        payload=cbor.dumps({**claims, LIST: {"bits": bits, "lst": deflated.lst}}).hex(),
        private_jwk=private_jwk(STATUS_SIGNER),
        typ=TokenFormat.CWT.value,
        certificate=STATUS_SIGNER.chain[0].public_bytes(Encoding.DER).hex(),
    )
    return bytes.fromhex(answer["message"])


@BITS
def test_we_accept_their_status_token(cwt: Peer, bits: int) -> None:
    token = status_token.parse_token(their_token(cwt, bits), TokenFormat.CWT.value)
    token.verify(STATUS_SIGNER.public_key)
    assert (token.subject, token.ttl, token.chain) == (STATUS.uri, 900, STATUS_SIGNER.chain)
    top = 2**bits - 1
    assert [token.list.value(idx) for idx in (0, 1, STATUS.idx, 1022, 1023)] == [1, 0, top, 0, top]


def test_we_refuse_their_status_token_tampered(cwt: Peer) -> None:
    message = their_token(cwt)
    token = status_token.parse_token(with_bit_changed(message, signature(message)), TokenFormat.CWT.value)
    with pytest.raises(Rejection) as refused:
        token.verify(STATUS_SIGNER.public_key)
    assert refused.value.reason == "signature_invalid"


# --------------------------------------------------------------------------------------------------- inspection codes
def our_code(type_id: str, **changes: Any) -> bytes:
    """The COSE_Sign1 inside the text of the QR code."""
    plan = replace(planned(type_id, INSPECTION_CODE.id), **changes)
    text = INSPECTION_CODE.encode(plan, signer=SIGNERS[type_id], random=os.urandom)
    return zlib.decompress(base45.decode(text.removeprefix(inspection_code.PREFIX)))


def code_question(message: bytes, type_id: str = "a1") -> dict[str, Any]:
    key_id = inspection_code.key_id(SIGNERS[type_id].chain[0]).hex()
    return {"message": message.hex(), "public_jwk": jwk(SIGNERS[type_id]), "key_id": key_id}


@pytest.mark.parametrize("type_id", EXAMPLES)
def test_they_accept_our_inspection_code(cwt: Peer, type_id: str) -> None:
    question = code_question(our_code(type_id), type_id)
    read = cwt.accepts("verify", **question)
    assert read["typ"] == inspection_code.TYPE
    claims = cbor.loads(bytes.fromhex(read["payload"]))
    assert claims[65535] == STATUS.claim()
    assert cbor.loads(bytes.fromhex(cwt.accepts("verify_cwt", **question)["payload"])) == claims


def test_they_refuse_our_expired_inspection_code(cwt: Peer) -> None:
    expired = our_code("a1", expires_at=ours.now() - timedelta(minutes=2))
    assert "expired" in cwt.refuses("verify_cwt", **code_question(expired))


@pytest.mark.parametrize("part", ["signature", "claim"])
def test_they_refuse_our_inspection_code_tampered(cwt: Peer, part: str) -> None:
    message = our_code("a1")
    tampered = with_bit_changed(message, {"signature": signature(message), "claim": b"Moreau"}[part])
    assert "VerifyError" in cwt.refuses("verify", **code_question(tampered))


def their_code(peer: Peer, type_id: str, key: SoftwareKey) -> bytes:
    plan = planned(type_id, INSPECTION_CODE.id)
    profile = plan.rulebook.inspection_code
    assert profile is not None
    payload = inspection_code.plan(
        profile, plan.claims, issued_at=plan.issued_at, expires_at=plan.expires_at, status=STATUS
    )
    answer = peer.accepts(
        "sign_code",
        payload=cbor.dumps(payload).hex(),
        private_jwk=private_jwk(key),
        typ=inspection_code.TYPE,
        key_id=inspection_code.key_id(document_signer(type_id).chain[0]).hex(),
    )
    return bytes.fromhex(answer["message"])


def document_signer(type_id: str) -> SoftwareKey:
    """The one on the trust list, by which a code is looked up."""
    return ours.PILOT.institutions[ours.INSTITUTIONS[type_id].id].document_signer


@pytest.mark.parametrize("type_id", EXAMPLES)
def test_we_accept_their_inspection_code(cwt: Peer, type_id: str) -> None:
    text = inspection_code.write(their_code(cwt, type_id, document_signer(type_id)))
    verdict = judged(type_id, text, challenge=None)
    assert faults(verdict) == {}
    assert verdict.document.type_id == type_id


def test_we_refuse_their_inspection_code_tampered(cwt: Peer) -> None:
    message = their_code(cwt, "a1", document_signer("a1"))
    verdict = judged("a1", inspection_code.write(with_bit_changed(message, b"Moreau")), challenge=None)
    assert faults(verdict) == {"integrity.issuer_signature": "signature_invalid"}


def test_we_refuse_their_inspection_code_of_another_signer(cwt: Peer) -> None:
    verdict = judged("a1", inspection_code.write(their_code(cwt, "a1", STRANGER)), challenge=None)
    assert faults(verdict) == {"integrity.issuer_signature": "signature_invalid"}
