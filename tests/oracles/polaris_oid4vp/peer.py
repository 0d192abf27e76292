"""polaris-oid4vp, a verifier: asks with a signed request, judges an answer, an SD-JWT VC, a status list as JWT."""

import base64
import json
import time
from typing import Any

from answering import answer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509 import load_der_x509_certificate
from polaris_oid4vp import jwe, sdjwt, status
from polaris_oid4vp.verifier import Session, Verifier


class NotAuthenticError(Exception):
    """A verdict that is not "authentic", by its code."""


def verify(text: str, anchor: str, audience: str, nonce: str, vct: str) -> dict[str, Any]:
    verdict = sdjwt.verify_presentation(
        text, expected_nonce=nonce, expected_audience=audience, trust_anchors=[_certificate(anchor)], expected_vct=vct
    )
    if not verdict.authentic:
        raise NotAuthenticError(f"{verdict.code}: {verdict.reason}")
    return {"claims": dict(verdict.claims)}


def _verifier(options: dict[str, Any]) -> Verifier:
    return Verifier(
        client_cert_pem=options["certificate"].encode(),
        client_key_pem=options["private_key"].encode(),
        request_uri=options["request_uri"],
        response_uri=options["response_uri"],
        issuer_trust_anchors=[_certificate(options["anchor"])],
        vct_values=[options["vct"]],
        claims=[tuple(path) for path in options["claims"]],
        credential_query_id="document",
    )


def ask(options: dict[str, Any]) -> dict[str, Any]:
    """A signed request object, and what this process would have remembered of it."""
    session, request = _verifier(options).new_request()
    secret = session.enc_key.private_numbers().private_value
    remembered = {"state": session.state, "nonce": session.nonce, "key": hex(secret)}
    return {"request": request, "session": remembered}


def judge(options: dict[str, Any], session: dict[str, str], response: str) -> dict[str, Any]:
    """An encrypted answer to a request that `ask` made; the claims shown."""
    verifier = _verifier(options)
    resumed = Session(ec.derive_private_key(int(session["key"], 16), ec.SECP256R1()))
    resumed.state, resumed.nonce = session["state"], session["nonce"]
    verifier._sessions[resumed.state] = resumed  # the library keeps them in memory only
    _, _, verdict = verifier.handle_direct_post({"response": response})
    if not verdict.authentic:
        raise NotAuthenticError(f"{verdict.code}: {verdict.reason}")
    return {"claims": dict(verdict.claims)}


def encrypt(payload: dict[str, Any], public_jwk: dict[str, str], enc: str) -> dict[str, Any]:
    x, y = (int.from_bytes(jwe.b64u_decode(public_jwk[part])) for part in ("x", "y"))
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    sealed = jwe.encrypt_compact(json.dumps(payload).encode(), key, enc, extra_header={"kid": public_jwk["kid"]})
    return {"jwe": sealed}


def decide_status(token: str, uri: str, index: int, certificate: str) -> dict[str, Any]:
    key = _certificate(certificate).public_key()

    def verify_signature(signing_input: bytes, signature: bytes, *_: Any) -> bool:
        halves = (int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        try:
            key.verify(utils.encode_dss_signature(*halves), signing_input, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True

    stated = status.StatedAuthority().state(
        credential_issuer="issuer", status_uri=uri, verify=verify_signature, why="the trust list names this signer"
    )
    verdict = status.decide(
        token, index=index, expected_uri=uri, authority=stated, now=int(time.time()), credential_issuer="issuer"
    )
    if not verdict.checked:
        raise NotAuthenticError(f"{verdict['code']}: {verdict['reason']}")
    return {"status": verdict["status"]}


def encode_list(values: list[int], bits: int) -> dict[str, Any]:
    return {"lst": status.encode_status_list(values, bits)}


def _certificate(der: str) -> Any:
    return load_der_x509_certificate(base64.b64decode(der))


if __name__ == "__main__":
    answer(
        {
            "verify": verify,
            "ask": ask,
            "judge": judge,
            "encrypt": encrypt,
            "decide_status": decide_status,
            "encode_list": encode_list,
        },
        refusals=(NotAuthenticError,),
    )
