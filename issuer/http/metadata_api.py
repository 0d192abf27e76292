"""What the issuer says of itself: well-known metadata and type metadata, made once and served as bytes.

The well-known addresses have the path of the issuer identifier at their end (OpenID4VCI 1.0, section 12.2.2; RFC 8414,
section 3.1). Credential issuer metadata come signed to whoever prefers `application/jwt`, everybody else gets JSON.
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from issuer import refusals
from issuer.http import answers
from issuer.http.accept import preferred
from issuer.http.schemas import problem_responses
from issuer.use_cases.describe_issuer import DescribeIssuer
from vc_core import strict_json

JSON, JWT = "application/json", "application/jwt"
CACHED = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


def well_known_router(describe: DescribeIssuer, path: str) -> APIRouter:
    """path: of the issuer identifier."""
    router = APIRouter(prefix="/.well-known", tags=["metadata"])
    issuer_metadata = strict_json.dump(describe.credential_issuer())
    server_metadata = strict_json.dump(describe.authorization_server())

    @router.get(
        f"/openid-credential-issuer{path}",
        operation_id="getCredentialIssuerMetadata",
        summary="Credential issuer metadata (OpenID4VCI 1.0, section 12.2), signed if a JWT is preferred",
        response_model=dict[str, Any],
        responses={200: {"content": {JWT: {"schema": {"type": "string"}}}}},
    )
    def get_issuer_metadata(request: Request) -> Response:
        signed = None
        if preferred(request.headers.get("accept"), (JSON, JWT)) == JWT:
            signed = describe.signed_credential_issuer()
        headers = {**CACHED, "Vary": "Accept"}
        if signed is None:
            return Response(issuer_metadata, headers=headers, media_type=JSON)
        return Response(signed, headers=headers, media_type=JWT)

    @router.get(
        f"/oauth-authorization-server{path}",
        operation_id="getAuthorizationServerMetadata",
        summary="Authorization server metadata (RFC 8414)",
        response_model=dict[str, Any],
    )
    def get_server_metadata() -> Response:
        return Response(server_metadata, headers=CACHED, media_type=JSON)

    return router


def type_metadata_router(describe: DescribeIssuer) -> APIRouter:
    router = APIRouter(tags=["metadata"])

    @router.get(
        "/type-metadata/{vct}",
        operation_id="getTypeMetadata",
        summary="Type metadata of an SD-JWT VC (SD-JWT VC, section 5)",
        response_model=dict[str, Any],
        responses=problem_responses(refusals.TypeMetadataUnknown),
    )
    def get_type_metadata(vct: str) -> Response:
        return answers.json(describe.type_metadata(vct), headers=CACHED)

    return router
