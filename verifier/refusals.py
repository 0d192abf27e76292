"""What this service refuses, each rule a class of its own that carries the facts and knows no HTTP.

`WalletRefusal`: what a wallet sent to the response endpoint or asked of the request endpoint. Its `check` is all that
the wallet is told: a check id of `vc_core.checks` for a presentation, an id beginning with `response.` for the
message around it. The other refusals answer the inspector's and the harness's interface. `http.refusal_table` gives
each its status and code.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  a judgement on a request, not an error of the program
    """A request that breaks a rule. detail: for people; programs read the class's code."""

    def __init__(self, detail: str = "", *, where: str = "") -> None:
        self.detail = detail
        self.where = where
        super().__init__(detail)


# ------------------------------------------------------------------------------------------- inspectors and harnesses
class BodyMalformed(Refusal):
    """Not what the endpoint takes: JSON or form malformed, a member missing or of the wrong kind."""


class BodyTooLarge(Refusal):
    """More bytes than the endpoint takes. max_bytes: as many as it does."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"at most {max_bytes} bytes")
        self.max_bytes = max_bytes


class MediaTypeNotSupported(Refusal):
    """The body is of a media type that the endpoint does not take."""


class TypeUnknown(Refusal):
    """No such credential type."""


class ProfileUnknown(Refusal):
    """The type has no such inspection profile."""


class ExpectationMissing(Refusal):
    """The profile needs to know what the answer is judged against."""


class FormatNotOffered(Refusal):
    """The type has no wire form in that format."""


class TransactionTypeUnknown(Refusal):
    """Nobody could be asked to agree to that: the type of transaction is unknown, or its members are others."""


class ProtocolNotOffered(Refusal):
    """A protocol of the Digital Credentials API that this verifier's client identifier does not allow."""


class OriginNotExpected(Refusal):
    """The answer came through a page that is not this verifier's."""


class ImageUnreadable(Refusal):
    """Not an image in PNG or JPEG, or one of too many pixels."""


class NoCodeInImage(Refusal):
    """The image shows no QR code that can be read."""


class RequestUnknown(Refusal):
    """No such request, or it is no longer kept."""


class VerdictUnknown(Refusal):
    """No such verdict, or it is no longer kept."""


class TokenWrong(Refusal):
    """The bearer token is missing or is not that of the request or verdict."""


class ResponseCodeWrong(Refusal):
    """The browser did not come back with the code that the wallet got (OpenID4VP 1.0, section 14.3)."""


class NothingToCompare(Refusal):
    """There is no verdict yet beside which the identity step could stand."""


class DialogueNotOffered(Refusal):
    """The verdict, the type or the role of whoever asks leads to no such question to the institution that issued."""


# --------------------------------------------------------------------------------------------------------- the wallet
class RequestNotOffered(Refusal):
    """The request object is no longer to be had: answered, refused or expired."""


class WalletRefusal(Refusal):
    """A response that is refused. check: what the wallet is told."""

    check: ClassVar[str] = ""

    def named(self) -> str:
        return self.check


class ResponseToUnknownRequest(WalletRefusal):
    """Nobody has asked, or it is long ago."""

    check = "response.request"


class ResponseBeforeFetch(WalletRefusal):
    """Nobody has fetched the request, so nobody can answer it."""

    check = "response.request"


class ResponseReplayed(WalletRefusal):
    """Answered before: a request takes one response (OpenID4VP 1.0, section 14.1)."""

    check = "response.single_use"


class ResponseTooLate(WalletRefusal):
    """The request has expired."""

    check = "response.time"


class ResponseTooLarge(WalletRefusal):
    """More bytes than any answer has."""

    check = "response.size"


class ResponseMalformed(WalletRefusal):
    """Not a form, a parameter missing or doubled, `vp_token` not an object of arrays (section 8.1)."""

    check = "response.form"


class ResponseNotEncrypted(WalletRefusal):
    """Plain where encryption was asked (section 8.3)."""

    check = "response.encryption"


class ResponseUndecipherable(WalletRefusal):
    """Encrypted otherwise than asked, or not to this request's key."""

    check = "response.decryption"


class StateMismatch(WalletRefusal):
    """`state` absent or not that of this request (sections 5.3 and 14.4.2)."""

    check = "response.state"


class PresentationRefused(WalletRefusal):
    """A check of the presentation FAILED that refuses the whole response; the transaction is closed with its
    verdicts."""

    def __init__(self, check: str) -> None:
        super().__init__("the presentation was refused")
        self._failed = check

    def named(self) -> str:
        return self._failed
