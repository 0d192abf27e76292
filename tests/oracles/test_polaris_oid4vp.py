"""polaris-oid4vp, a verifier (OpenID4VP 1.0, HAIP 1.0): SD-JWT VC, signed request with DCQL, encrypted answer, status.

It issues and holds nothing: what it writes are requests, encrypted messages and lists, which we read.
"""

import base64
import os
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.oracles import ours
from tests.oracles.judging import with_disclosure_changed, with_issuer_signature_changed, without_proof
from tests.oracles.ours import (
    CHALLENGE,
    EXAMPLES,
    HOLDER,
    SIGNERS,
    STATUS,
    STRANGER,
    Parts,
    credential,
    flipped,
    jwk,
    planned,
    presentation,
    presented,
)
from tests.oracles.peers import Peer
from vc_core import base64url, dcql, jwe, status_list
from vc_core.authorization_request import check_request_object
from vc_core.authorization_response import encode_response
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import FORMATS, QUERY_FORMATS, WALLET_FORMATS
from vc_core.formats.sd_jwt_vc import ID, payload
from vc_core.rejection import Rejection
from vc_core.status_list import Status
from vc_core.x509 import thumbprint

ANCHOR = base64.b64encode(ours.ROOT.certificate.public_bytes(Encoding.DER)).decode()
STATUS_SIGNER = ours.status_signer("a1")
CLIENT_ID = f"x509_hash:{base64url.encode(thumbprint(ours.PILOT.relying_party.chain[0]))}"
RESPONSE_URI = "https://verifier.example/response"


def vct(type_id: str) -> str:
    wire = ours.CATALOGUE.type(type_id).wire(ID)
    assert wire is not None
    return wire.identifier


# ---------------------------------------------------------------------------------------------- they read what we issue
def asked(text: str, type_id: str = "a1", **changes: Any) -> dict[str, Any]:
    question = {"anchor": ANCHOR, "audience": CHALLENGE.client_id, "nonce": CHALLENGE.nonce, "vct": vct(type_id)}
    return {"text": text, **question, **changes}


@pytest.mark.parametrize("type_id", EXAMPLES)
def test_they_accept_what_we_present(polaris: Peer, type_id: str) -> None:
    plan = planned(type_id, ID)
    text = FORMATS[ID].encode(plan, signer=SIGNERS[type_id], random=os.urandom)
    read = polaris.accepts("verify", **asked(presented(ID, text), type_id))
    assert read["claims"] == payload(plan)


def with_proof_changed(text: str) -> str:
    parts = Parts.of(text)
    return str(replace(parts, kb_jwt=flipped(parts.kb_jwt)))


TAMPERED = {
    "issuer_signature": (with_issuer_signature_changed, "issuer_signature"),
    "disclosure": (with_disclosure_changed, "disclosure"),
    "proof_signature": (with_proof_changed, "kb_signature"),
    "proof_left_out": (without_proof, "key binding"),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_they_refuse_ours_tampered(polaris: Peer, case: str) -> None:
    tamper, reason = TAMPERED[case]
    assert reason in polaris.refuses("verify", **asked(tamper(presentation("a1", ID))))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"audience": "x509_hash:another"}, "audience"),
        ({"vct": vct("ehic")}, "vct"),
    ],
    ids=["nonce", "audience", "type"],
)
def test_they_refuse_ours_made_for_another_request(polaris: Peer, changes: dict[str, str], reason: str) -> None:
    assert reason in polaris.refuses("verify", **asked(presentation("a1", ID), **changes))


def test_they_know_no_purpose_of_ours(polaris: Peer) -> None:
    """The pilot's own certificate: its extended key usage is none of the five that they list."""
    signer = ours.PILOT.institutions[ours.INSTITUTIONS["a1"].id].document_signer
    text = presented(ID, FORMATS[ID].encode(planned("a1", ID), signer=signer, random=os.urandom))
    assert "extended key usage" in polaris.refuses("verify", **asked(text))


# -------------------------------------------------------------------------------- their request, our answer (with DCQL)
CLAIMS = [["document_number"], ["legislation_country"]]
OPTIONS = {
    "certificate": ours.pem(ours.PILOT.relying_party.chain[0]),
    "private_key": ours.private_pem(ours.PILOT.relying_party.private_key),
    "request_uri": "https://verifier.example/request",
    "response_uri": RESPONSE_URI,
    "anchor": ANCHOR,
    "vct": vct("a1"),
    "claims": CLAIMS,
}


def accepted(request: str) -> Any:
    """What our wallet makes of their request object."""
    return check_request_object(
        request,
        client_id=CLIENT_ID,
        anchors=ours.PILOT.trust_list.access_anchors,
        now=ours.now(),
        formats=QUERY_FORMATS,
    )


def our_answer(request: str, *, nonce: str | None = None, whole: bool = False) -> str:
    """The JWE that answers their request with just what the query asks for; whole: with everything there is."""
    read = accepted(request)
    text = credential("a1", ID)
    parsed = WALLET_FORMATS[ID].parse(UnverifiedPresentation(text=text))
    facts = parsed.query_facts()
    held = dcql.HeldCredential(
        id="a1",
        format=ID,
        identifier=parsed.identifier,
        claims=facts.claims,
        disclosures=facts.disclosures,
        holder_bound=True,
    )
    answer = dcql.evaluate(read.query, [held])
    assert isinstance(answer, dcql.Answer)
    [choice] = answer.choices["document"]
    challenge = HolderChallenge(
        nonce=nonce or read.request.nonce, client_id=read.request.client_id, response_uri=read.request.response_uri
    )
    shown = WALLET_FORMATS[ID].present(
        text,
        paths=facts.disclosures if whole else choice.paths,
        challenge=challenge,
        holder=HOLDER,
        issued_at=ours.now(),
    )
    form = encode_response({"document": [shown]}, state=read.request.state, encryption=read.encryption)
    return form["response"]


def test_we_answer_their_request_and_they_accept(polaris: Peer) -> None:
    """Request object, client identifier by certificate hash, DCQL query, selection, encryption."""
    made = polaris.accepts("ask", options=OPTIONS)
    read = polaris.accepts("judge", options=OPTIONS, session=made["session"], response=our_answer(made["request"]))
    claims = planned("a1", ID).claims
    assert {path[0]: read["claims"][path[0]] for path in CLAIMS} == {path[0]: claims[path[0]] for path in CLAIMS}
    assert "credential_holder" not in read["claims"]


def test_they_refuse_our_answer_with_more_than_asked(polaris: Peer) -> None:
    made = polaris.accepts("ask", options=OPTIONS)
    response = our_answer(made["request"], whole=True)
    reason = polaris.refuses("judge", options=OPTIONS, session=made["session"], response=response)
    assert "did not select" in reason


def test_they_refuse_our_answer_to_another_request(polaris: Peer) -> None:
    made = polaris.accepts("ask", options=OPTIONS)
    response = our_answer(made["request"], nonce="another-nonce")
    assert "nonce" in polaris.refuses("judge", options=OPTIONS, session=made["session"], response=response)


def test_we_refuse_their_request_tampered(polaris: Peer) -> None:
    request = polaris.accepts("ask", options=OPTIONS)["request"]
    assert accepted(request).request.response_uri == RESPONSE_URI
    with pytest.raises(Rejection) as refused:
        accepted(flipped(request))
    assert refused.value.reason == "signature_invalid"


# --------------------------------------------------------------------------------------------------- encrypted messages
@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_we_decrypt_what_they_encrypt(polaris: Peer, enc: str) -> None:
    message = {"vp_token": {"document": ["été"]}, "state": "s"}
    text = polaris.accepts("encrypt", payload=message, public_jwk={**jwk(STRANGER), "kid": "1"}, enc=enc)["jwe"]
    assert jwe.decrypt(text, {"1": STRANGER.private_key}) == message
    header, *rest, tag = text.split(".")
    changed = base64url.encode(bytes([base64url.decode(tag)[0] ^ 1]) + base64url.decode(tag)[1:])
    with pytest.raises(Rejection):
        jwe.decrypt(".".join([header, *rest, changed]), {"1": STRANGER.private_key})


# --------------------------------------------------------------------------------------------------------- status lists
def about_status(token: str, **changes: Any) -> dict[str, Any]:
    certificate = base64.b64encode(STATUS_SIGNER.chain[0].public_bytes(Encoding.DER)).decode()
    return {"token": token, "uri": STATUS.uri, "index": STATUS.idx, "certificate": certificate, **changes}


@pytest.mark.parametrize("value", list(Status))
def test_they_accept_our_status_token(polaris: Peer, value: Status) -> None:
    token = ours.status_jwt("a1", {STATUS.idx: value}, bits=2)
    assert polaris.accepts("decide_status", **about_status(token))["status"] == value


@pytest.mark.parametrize(
    ("tamper", "changes", "reason"),
    [
        (flipped, {}, "signature"),
        (str, {"uri": f"{STATUS.uri}0"}, "sub_mismatch"),
        (str, {"index": 4096}, "index"),
    ],
    ids=["signature", "list_of_another_address", "index_out_of_range"],
)
def test_they_refuse_our_status_token_tampered(
    polaris: Peer, tamper: Any, changes: dict[str, Any], reason: str
) -> None:
    token = tamper(ours.status_jwt("a1", {STATUS.idx: 1}))
    assert f"NotAuthenticError: {reason}" in polaris.refuses("decide_status", **about_status(token, **changes))


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_we_read_their_list(polaris: Peer, bits: int) -> None:
    values = [index % 2**bits for index in range(64)]
    text = polaris.accepts("encode_list", values=values, bits=bits)["lst"]
    deflated = status_list.DeflatedList(bits=bits, lst=base64url.decode(text))
    read = deflated.inflate()
    assert [read.value(index) for index in range(len(read))] == values
    with pytest.raises(Rejection):
        replace(deflated, lst=deflated.lst[:-1]).inflate()
