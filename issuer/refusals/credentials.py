"""What wallets are refused that come with an access token."""

from dataclasses import dataclass

from issuer.refusals.refusal import Refusal


@dataclass(eq=False)
class CredentialRefusal(Refusal):
    """Answered to a wallet that comes with an access token (OpenID4VCI 1.0, sections 8.3.1 and 11.3)."""

    reason: str = ""

    @property
    def detail(self) -> str:
        return self.reason


class AccessTokenMissing(CredentialRefusal):
    """No access token in an Authorization header of the DPoP scheme (RFC 9449, section 7.1)."""


class AccessTokenRefused(CredentialRefusal):
    """The access token is unknown or expired, or bound to another key, or sent in a way that is not allowed."""


class AccessProofRefused(CredentialRefusal):
    """The DPoP proof does not hold (RFC 9449, section 7.1)."""


@dataclass(eq=False)
class AccessNonceNeeded(CredentialRefusal):
    """The DPoP proof has no current nonce (RFC 9449, section 9)."""

    nonce: str = ""


class CredentialRequestMalformed(CredentialRefusal):
    """Not a JSON object as section 8.2 describes it."""


class ConfigurationUnknown(CredentialRefusal):
    """The issuer's metadata has no such configuration."""


class IdentifierUnknown(CredentialRefusal):
    """The token response gave out no such identifier."""


class KeyProofRefused(CredentialRefusal):
    """`proofs` is missing or malformed, or the proof in it does not hold (appendix F.4)."""


class KeyProofNonceRefused(CredentialRefusal):
    """The nonce in the proof is none of ours, expired or used (section 8.3.1.2)."""


class EncryptionParametersRefused(CredentialRefusal):
    """The request is not encrypted as the metadata say, or asks for an answer encrypted otherwise (section 8.3.1.2)."""


class NotificationMalformed(CredentialRefusal):
    """A member of the notification is missing, or the event is none of those defined (section 11.3)."""


class NotificationUnknown(CredentialRefusal):
    """No such notification is awaited of whoever has this access token (section 11.3)."""


class TransactionUnknown(CredentialRefusal):
    """No such transaction waits, or it is not one of this issuance, or its credentials were collected (section 9.3)."""


class CredentialDenied(CredentialRefusal):
    """Not issued: collected already, not covered by the token, the document is withdrawn or erased, or its institution
    is not competent."""
