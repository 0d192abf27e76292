"""openvc-core: issues and verifies SD-JWT VC and status lists as JWT, verifies mdoc and answers to DCQL queries."""

import base64
from typing import Any

from answering import answer
from cryptography.x509 import load_der_x509_certificate
from openvc.errors import OpenvcError
from openvc.keys import P256SigningKey
from openvc.mdoc import verify_device_response
from openvc.openid4vp import dcapi_session_transcript, verify_vp_token
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status import check_token_status, set_status
from openvc.status.issue import build_status_list_token, verify_status_list_token
from openvc.status.token_status_list import new_status_list
from openvc.verify import VerificationPolicy, verify_credential


def issue(
    claims: dict[str, Any], disclosable: list[str], private_jwk: dict[str, str], x5c: list[str], decoys: int
) -> dict[str, Any]:
    key = P256SigningKey.from_jwk(private_jwk, kid="1")
    issued = SdJwtVcProofSuite().issue(claims, signing_key=key, disclosable=disclosable, x5c=x5c, decoys=decoys)
    return {"sd_jwt": issued}


def present(issued: str, holder: dict[str, str], audience: str, nonce: str) -> dict[str, Any]:
    key = P256SigningKey.from_jwk(holder, kid="1")
    shown = SdJwtVcProofSuite().create_presentation(issued, holder_key=key, audience=audience, nonce=nonce)
    return {"presentation": shown}


def verify_sd_jwt_vc(
    text: str, anchor: str, audience: str, nonce: str, status_token: str, status_key: dict[str, str]
) -> dict[str, Any]:
    """Chain, signature, key binding and status; the claims."""
    result = verify_credential(
        text,
        policy=VerificationPolicy(audience=audience, nonce=nonce, require_key_binding=True),
        x5c_trust_anchors=[_certificate(anchor)],
        resolve_status_list_token=lambda uri: verify_status_list_token(
            status_token, public_key_jwk=status_key, expected_uri=uri
        ),
    )
    return {"claims": dict(result.claims)}


def verify_answer(
    vp_token: dict[str, Any], query: dict[str, Any], nonce: str, client_id: str | None, origin: str | None, anchor: str
) -> dict[str, Any]:
    """An answer to a DCQL query, by redirect or through the Digital Credentials API."""
    anchors = [_certificate(anchor)]
    verified = verify_vp_token(
        vp_token,
        dcql_query=query,
        nonce=nonce,
        client_id=client_id,
        expected_origins=None if origin is None else [origin],
        trust_anchors=anchors,
        x5c_trust_anchors=anchors,
    )
    return {"presentations": [[one.query_id, one.format] for one in verified.presentations]}


def verify_mdoc(response: str, session_transcript: str, anchor: str, mac_key: str | None = None) -> dict[str, Any]:
    """Chain, issuer's signature, digests, validity, device signature or MAC; names of the elements shown."""
    [verified] = verify_device_response(
        bytes.fromhex(response),
        trust_anchors=[_certificate(anchor)],
        session_transcript=bytes.fromhex(session_transcript),
        device_mac_key=None if mac_key is None else bytes.fromhex(mac_key),
    )
    elements = {namespace: sorted(values) for namespace, values in verified.namespaces.items()}
    return {"doc_type": verified.doc_type, "elements": elements, "device_signed": verified.device_signed}


def transcript(origin: str, nonce: str, thumbprint: str) -> dict[str, Any]:
    return {"transcript": dcapi_session_transcript(origin, nonce, jwk_thumbprint=bytes.fromhex(thumbprint)).hex()}


def issue_status(private_jwk: dict[str, str], uri: str, bits: int, values: dict[str, int], size: int) -> dict[str, Any]:
    data = new_status_list(size, bits=bits)
    for index, value in values.items():
        set_status(data, int(index), value, bits=bits)
    key = P256SigningKey.from_jwk(private_jwk, kid="1")
    token = build_status_list_token(signing_key=key, uri=uri, status_list=data, bits=bits, ttl=900)
    return {"token": token}


def verify_status(token: str, public_jwk: dict[str, str], uri: str, idx: int) -> dict[str, Any]:
    checked = check_token_status(
        {"status": {"status_list": {"uri": uri, "idx": idx}}},
        resolve_status_list_token=lambda asked: verify_status_list_token(
            token, public_key_jwk=public_jwk, expected_uri=asked
        ),
    )
    if checked is None:
        raise RuntimeError("a reference was given")
    return {"status": checked.status}


def _certificate(der: str) -> Any:
    return load_der_x509_certificate(base64.b64decode(der))


if __name__ == "__main__":
    answer(
        {
            "issue": issue,
            "present": present,
            "verify_sd_jwt_vc": verify_sd_jwt_vc,
            "verify_answer": verify_answer,
            "verify_mdoc": verify_mdoc,
            "transcript": transcript,
            "issue_status": issue_status,
            "verify_status": verify_status,
        },
        refusals=(OpenvcError,),
    )
