"""What wallets are refused that are asked for an identity."""

from dataclasses import dataclass

from issuer.refusals.refusal import Refusal


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
