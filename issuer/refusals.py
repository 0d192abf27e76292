"""What this service refuses: one class a rule, which carries the facts and knows no HTTP.

They form families by whom they answer: institutions, wallets at the token or credential endpoint, anybody else.
`http.problems` gives every class its status and code; a test holds that table complete. What wallets are told is made
of reason codes, never of what they sent.
"""

from dataclasses import dataclass

from issuer.documents import Remark


class Refusal(Exception):  # noqa: N818  a judgement on a request, not an error of the program
    """A request that breaks a rule. detail: for people."""

    @property
    def detail(self) -> str:
        return " ".join((type(self).__doc__ or "").split())


# ------------------------------------------------------------------------------------------------------- institutions
class InstitutionRefusal(Refusal):
    """Answered to an institution."""


class ApiKeyMissing(InstitutionRefusal):
    """This interface needs a bearer key."""


class ApiKeyUnknown(InstitutionRefusal):
    """The bearer key belongs to no institution."""


class TypeUnknown(InstitutionRefusal):
    """There is no such credential type."""


class TypeNotEntitled(InstitutionRefusal):
    """The institution may not issue this type."""


class IdempotencyKeyMissing(InstitutionRefusal):
    """Registering needs an Idempotency-Key header: one key for one document, repeated when the request is repeated."""


class IdempotencyKeyMalformed(InstitutionRefusal):
    """An Idempotency-Key has 1 to 255 visible ASCII characters and is given once."""


class IdempotencyKeyReused(InstitutionRefusal):
    """The Idempotency-Key was used for another document."""


class BodyTooLarge(InstitutionRefusal):
    """The body is larger than this service reads."""


@dataclass(eq=False)
class BodyMalformed(InstitutionRefusal):
    """The body is not a JSON object as this service reads it."""

    reason: str
    pointer: str = ""


@dataclass(eq=False)
class OrderMalformed(InstitutionRefusal):
    """A member of the order is missing, unknown or not of the form prescribed."""

    reason: str
    pointer: str


@dataclass(eq=False)
class DocumentFaulty(InstitutionRefusal):
    """The document breaks rules; all of them are listed."""

    faults: tuple[Remark, ...]
    notes: tuple[Remark, ...]


@dataclass(eq=False)
class DocumentNumberTaken(InstitutionRefusal):
    """A document of this number is registered already."""

    document_id: str


class DocumentUnknown(InstitutionRefusal):
    """The institution has no such document."""


class DocumentIsWithdrawn(InstitutionRefusal):
    """The document is withdrawn."""


class WithdrawnOtherwise(InstitutionRefusal):
    """The document was withdrawn by another order."""


class OfferUnknown(InstitutionRefusal):
    """There is no such offer."""


class NoInspectionCode(InstitutionRefusal):
    """Documents of this type have no inspection code."""


class SignerNotCertified(InstitutionRefusal):
    """The institution's document signer has no certificate that is valid now."""


# --------------------------------------------------------------------------------------------- wallets: token endpoint
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


# ---------------------------------------------------------------------------------------- wallets: credential endpoint
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


class EncryptionUnsupported(CredentialRefusal):
    """An encrypted response is asked for, which the metadata does not offer."""


class NotificationMalformed(CredentialRefusal):
    """A member of the notification is missing, or the event is none of those defined (section 11.3)."""


class NotificationUnknown(CredentialRefusal):
    """No such notification is awaited of whoever has this access token (section 11.3)."""


class CredentialDenied(CredentialRefusal):
    """Not issued: collected already, not covered by the token, or the document is withdrawn."""


# -------------------------------------------------------------------------------------------------------- status lists
class StatusRefusal(Refusal):
    """Answered to whoever asks for a status list."""


class StatusListUnknown(StatusRefusal):
    """There is no such status list."""


class StatusHistoryUnsupported(StatusRefusal):
    """Status lists of another time are not kept here (Token Status List, section 8.4)."""


class StatusTypeUnacceptable(StatusRefusal):
    """Status lists are served as application/statuslist+jwt and application/statuslist+cwt."""


# ----------------------------------------------------------------------------------------- browsers: authorization page
@dataclass(eq=False)
class PageRefusal(Refusal):
    """Shown to a person; the browser is sent nowhere, since nobody can say where to."""

    reason: str = ""

    @property
    def detail(self) -> str:
        return self.reason


class RequestNotPushed(PageRefusal):
    """An authorization request that was not pushed (FAPI 2.0 Security Profile, section 5.3.2.2)."""


class RequestGone(PageRefusal):
    """The authorization request is unknown, expired, of another client, or decided already."""


class VisitGone(PageRefusal):
    """The visit is unknown or expired, or belongs to another browser."""


class DecisionMalformed(PageRefusal):
    """The form on the page was changed or not sent from it."""


# -------------------------------------------------------------------------------- wallets: presentation of an identity
@dataclass(eq=False)
class IdentityRefusal(Refusal):
    """Answered to a wallet that is asked for the holder's identity (OpenID4VP 1.0, sections 5.10 and 8.2)."""

    reason: str = ""

    @property
    def detail(self) -> str:
        return self.reason


class IdentityRequestGone(IdentityRefusal):
    """There is no such request, or it is answered or expired."""


class IdentityRequestMalformed(IdentityRefusal):
    """The wallet fetched the request with a form that cannot be read (section 5.10)."""


class IdentityResponseRefused(IdentityRefusal):
    """The response is malformed, not to this request, or its presentation does not hold."""


# ------------------------------------------------------------------------------------------------------------- wallets
class PublicRefusal(Refusal):
    """Answered to anybody at an address without authentication."""


class OfferGone(PublicRefusal):
    """There is no such credential offer, or it can no longer be redeemed."""


class TypeMetadataUnknown(PublicRefusal):
    """There is no credential type of that name."""


FAMILIES: tuple[type[Refusal], ...] = (
    InstitutionRefusal,
    TokenRefusal,
    CredentialRefusal,
    PageRefusal,
    IdentityRefusal,
    StatusRefusal,
    PublicRefusal,
)
