"""What a wallet sends of itself in headers: its proof of possession (RFC 9449), and by whom it is attested."""

from fastapi import Request

from issuer.use_cases.authenticate_client import SentAttestation
from issuer.use_cases.check_possession import SentProof
from vc_core.client_attestation import ATTESTATION_HEADER, POP_HEADER


def sent_proof(request: Request, url: str) -> SentProof:
    return SentProof(headers=request.headers.getlist("dpop"), method=request.method, url=url)


def sent_attestation(request: Request) -> SentAttestation:
    headers = request.headers
    return SentAttestation(attestations=headers.getlist(ATTESTATION_HEADER), pops=headers.getlist(POP_HEADER))
