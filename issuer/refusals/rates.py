"""What is refused because there were too many requests within a minute (RFC 6585, section 4)."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal
from issuer.refusals.refusal import Refusal


@dataclass(eq=False)
class TooManyRequests(InstitutionRefusal):
    """The institution has sent more requests within a minute than this service takes from one."""

    retry_after: int
    """Seconds."""


@dataclass(eq=False)
class TooManyWrongKeys(InstitutionRefusal):
    """So many wrong bearer keys came from this address within a minute that no more are looked at."""

    retry_after: int


@dataclass(eq=False)
class RateRefusal(Refusal):
    """Answered to a wallet. retry_after: seconds."""

    retry_after: int


class TooManyWalletRequests(RateRefusal):
    """More requests came from this address within a minute than this service takes from one."""


class TooManyWrongCodes(RateRefusal):
    """So many wrong codes came from this address within a minute that no more are looked at."""
