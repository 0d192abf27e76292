"""What wallets are refused at the token endpoint, and where they push an authorization request."""

from dataclasses import dataclass

from issuer.refusals.refusal import Refusal


@dataclass(eq=False)
class TokenRefusal(Refusal):
    """Answered to a wallet at the token endpoint (RFC 6749, section 5.2; OpenID4VCI 1.0, section 6.3), and where it
    pushes an authorization request (RFC 9126, section 2.3)."""

    reason: str = ""

    @property
    def detail(self) -> str:
        return self.reason


class TokenRequestMalformed(TokenRefusal):
    """A parameter is missing, repeated or malformed, or the body is no form."""


class GrantTypeUnsupported(TokenRefusal):
    """None of the grants that this server gives tokens for."""


class ClientRefused(TokenRefusal):
    """The wallet's attestation or its proof does not hold (attestation-based client authentication, section 7.4)."""


@dataclass(eq=False)
class AttestationChallengeNeeded(TokenRefusal):
    """The proof beside the attestation has no current challenge (section 7.4)."""

    challenge: str = ""


class ResponseTypeUnsupported(TokenRefusal):
    """Not `code` (FAPI 2.0 Security Profile, section 5.3.2.2)."""


class ScopeRefused(TokenRefusal):
    """No scope that is known, or scopes of several kinds of document (OpenID4VCI 1.0, section 5.1.2)."""


class TransactionCodeMissing(TokenRefusal):
    """The offer asks for a transaction code and none was sent."""


class CodeRefused(TokenRefusal):
    """The code is unknown, expired or used, or the transaction code is wrong; which of them is not told."""


class AuthorizationDetailsRefused(TokenRefusal):
    """`authorization_details` are malformed or ask for what is not offered (RFC 9396, section 5)."""


class TokenProofRefused(TokenRefusal):
    """The DPoP proof does not hold (RFC 9449, section 5)."""


@dataclass(eq=False)
class TokenNonceNeeded(TokenRefusal):
    """The DPoP proof has no current nonce (RFC 9449, section 8)."""

    nonce: str = ""
