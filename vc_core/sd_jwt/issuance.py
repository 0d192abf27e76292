"""Makes an SD-JWT of a claim set: disclosures, digests, decoys, signature (RFC 9901, sections 4.1 and 4.2).

Which claims may be concealed, and what the header must hold, is the profile's business (`sd_jwt_vc`).
"""

from collections.abc import Mapping
from typing import Any

from vc_core import base64url, strict_json
from vc_core.jose import Jws, ProtectedHeader, protect
from vc_core.sd_jwt.compact import SdJwt
from vc_core.sd_jwt.concealment import prepare, seal
from vc_core.sd_jwt.disclosure import DEFAULT_ALGORITHM, SD_ALG
from vc_core.sd_jwt.plan import DisclosurePlan
from vc_core.signer import RandomBytes, Signer


def issue(
    claims: Mapping[str, Any],
    *,
    plan: DisclosurePlan,
    signer: Signer,
    header: Mapping[str, Any] | ProtectedHeader,
    random: RandomBytes,
    decoys_to_multiple_of: int = 1,
    hash_algorithm: str = DEFAULT_ALGORITHM,
) -> SdJwt:
    """The claims with those of the plan concealed, signed.

    claims: JSON values in the clear; absent claims of the plan are passed over. header: JOSE header, encoded already or
    with `alg` still to be set. random: asked once, for all salts and decoys. decoys_to_multiple_of: decoys fill every
    array that holds digests up to a multiple of this number; 1 makes none. hash_algorithm: `sha-256`, `sha-384` or
    `sha-512`.
    Rejects with `claim_name_reserved`.
    """
    prepared = prepare(claims, plan, pad_to=decoys_to_multiple_of)
    disclosures = seal(prepared, random=random, algorithm=hash_algorithm) if prepared.levels else ()
    payload = prepared.payload
    if disclosures:
        payload[SD_ALG] = hash_algorithm
    return SdJwt(jwt=_sign(header, payload, signer), payload=payload, disclosures=disclosures)


def _sign(header: Mapping[str, Any] | ProtectedHeader, payload: Mapping[str, Any], signer: Signer) -> Jws:
    protected = header if isinstance(header, ProtectedHeader) else protect(header, signer.algorithm)
    octets = strict_json.dump(payload)
    signing_input = f"{protected.text}.{base64url.encode(octets)}"
    signed = signing_input.encode("ascii")
    signature = signer.sign(signed)
    return Jws(
        header=protected.members,
        payload=octets,
        signature=signature,
        signing_input=signed,
        text=f"{signing_input}.{base64url.encode(signature)}",
    )
