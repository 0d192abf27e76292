"""OpenID4VP 1.0 authorization requests: what a verifier makes and a wallet checks (section 5; HAIP 1.0, section 5).

`request_object` is the verifier's, `authentication` and then `acceptance` are the wallet's; both sides use `client_id`,
`client_metadata` and `link`. What the wallet says when it refuses is in `errors`; answers are in
`authorization_response`, queries in `dcql`.
"""

from vc_core.authorization_request.acceptance import (
    AcceptedRequest,
    ErrorTarget,
    RequestProfile,
    accept_request,
    check_request_object,
    error_target,
)
from vc_core.authorization_request.attestation import (
    VerifierAttestation,
    check_verifier_attestation,
    encode_verifier_attestation,
)
from vc_core.authorization_request.authentication import (
    AuthenticRequest,
    authenticate_request_object,
    authenticate_unsigned,
)
from vc_core.authorization_request.client_id import (
    ClientIdPrefix,
    split_client_id,
    x509_hash_client_id,
    x509_san_dns_client_id,
)
from vc_core.authorization_request.client_metadata import (
    ResponseEncryption,
    build_client_metadata,
    encryption_key_id,
)
from vc_core.authorization_request.errors import ERROR_CODES, ErrorCode, error_code
from vc_core.authorization_request.link import (
    AuthorizationLink,
    RequestByReference,
    RequestByValue,
    RequestUriMethod,
    RequestUriPost,
    UnsignedRequest,
    authorization_url,
    encode_request_uri_post,
    parse_authorization_link,
    parse_request_uri_post,
    unsigned_url,
)
from vc_core.authorization_request.request_object import (
    MEDIA_TYPE,
    RequestObject,
    ResponseMode,
    encode_request_object,
    request_claims,
)

__all__ = [
    "ERROR_CODES",
    "MEDIA_TYPE",
    "AcceptedRequest",
    "AuthenticRequest",
    "AuthorizationLink",
    "ClientIdPrefix",
    "ErrorCode",
    "ErrorTarget",
    "RequestByReference",
    "RequestByValue",
    "RequestObject",
    "RequestProfile",
    "RequestUriMethod",
    "RequestUriPost",
    "ResponseEncryption",
    "ResponseMode",
    "UnsignedRequest",
    "VerifierAttestation",
    "accept_request",
    "authenticate_request_object",
    "authenticate_unsigned",
    "authorization_url",
    "build_client_metadata",
    "check_request_object",
    "check_verifier_attestation",
    "encode_request_object",
    "encode_request_uri_post",
    "encode_verifier_attestation",
    "encryption_key_id",
    "error_code",
    "error_target",
    "parse_authorization_link",
    "parse_request_uri_post",
    "request_claims",
    "split_client_id",
    "unsigned_url",
    "x509_hash_client_id",
    "x509_san_dns_client_id",
]
