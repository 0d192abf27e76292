"""What a wallet tells a verifier whose request it refuses: OpenID4VP 1.0, section 8.5; RFC 6749, section 4.1.2.1.

A reason is precise and stays with the holder; an error code is one of a closed set and goes out. Whatever is not named
here is `invalid_request`. `invalid_client` is for verifiers that a wallet has on record, which this one does not keep.
"""

from collections.abc import Mapping
from enum import StrEnum

from vc_core.rejection import Rejection


class ErrorCode(StrEnum):
    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    ACCESS_DENIED = "access_denied"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    INVALID_SCOPE = "invalid_scope"
    VP_FORMATS_NOT_SUPPORTED = "vp_formats_not_supported"
    INVALID_REQUEST_URI_METHOD = "invalid_request_uri_method"
    INVALID_TRANSACTION_DATA = "invalid_transaction_data"
    WALLET_UNAVAILABLE = "wallet_unavailable"


ERROR_CODES: Mapping[str, ErrorCode] = {
    "response_type_unsupported": ErrorCode.UNSUPPORTED_RESPONSE_TYPE,
    "scope_unsupported": ErrorCode.INVALID_SCOPE,
    "vp_formats_not_supported": ErrorCode.VP_FORMATS_NOT_SUPPORTED,
    "request_uri_method_unknown": ErrorCode.INVALID_REQUEST_URI_METHOD,
}
"""Reasons whose code is not `invalid_request`."""


def error_code(rejection: Rejection) -> ErrorCode:
    """The code for a request refused; a query that nothing answers (`dcql.NoAnswer`) is ACCESS_DENIED."""
    if rejection.where.startswith("/transaction_data"):
        return ErrorCode.INVALID_TRANSACTION_DATA
    return ERROR_CODES.get(rejection.reason, ErrorCode.INVALID_REQUEST)
