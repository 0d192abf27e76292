"""Why the wallet does not do what it was asked: a closed set, in two kinds.

A peer's message that breaks a rule of its specification is a `Rejection` of the core and passes through as it is. What
stands here is the wallet's own: what a peer answered, or did not, what the holder has to supply, what the wallet found
when it weighed a whole credential or request. Each has a stable `reason`; none of them holds claim values or codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vc_core.authorization_request import ErrorCode
from vc_core.dcql import NoAnswer
from vc_core.rejection import Evidence


class WalletRefusal(Exception):  # noqa: N818  the wallet's judgement, not an error of the program
    """The wallet goes no further. reason: stable snake_case code; facts: small, for people and programs."""

    reason: str

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {}

    def __str__(self) -> str:
        told = ", ".join(f"{name}: {value}" for name, value in self.facts.items() if value not in (None, ""))
        return f"{self.reason} ({told})" if told else self.reason


@dataclass(eq=False)
class PeerUnavailable(WalletRefusal):
    """No usable answer came: `timeout`, `unreachable`, `http_<status>`."""

    reason: str
    url: str

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"url": self.url}


@dataclass(eq=False)
class PeerDeclined(WalletRefusal):
    """An issuer or a verifier answered with an error of its protocol.

    error: the code it sent. check: the check that a verifier of this project names.
    """

    status: int
    error: str
    description: str = ""
    check: str = ""
    reason: str = field(default="peer_declined", init=False)

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"error": self.error, "description": self.description, "check": self.check, "status": self.status}


@dataclass(eq=False)
class TransactionCodeRefused(WalletRefusal):
    """The holder has to supply another one: `tx_code_missing`, `tx_code_unexpected` or `tx_code_malformed`."""

    reason: str


@dataclass(eq=False)
class ConsentMissing(WalletRefusal):
    """The page on which the holder agrees did not lead to a code: the reason that it names, or `http_<status>`."""

    reason: str


@dataclass(eq=False)
class TrustListMissing(WalletRefusal):
    """Without a trust list nobody is trusted; cause: why there is none."""

    cause: str
    reason: str = field(default="trust_list_missing", init=False)

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"cause": self.cause}


@dataclass(eq=False)
class CredentialRefused(WalletRefusal):
    """What the issuer sent is not kept. check: id of the catalogue's check that found it, if one did."""

    reason: str
    configuration_id: str
    check: str = ""
    where: str = ""
    section: str = ""

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"configuration": self.configuration_id, "check": self.check, "where": self.where,
                "section": self.section}  # fmt: skip


@dataclass(eq=False)
class CodeRefused(WalletRefusal):
    """An inspection code that is not genuine is not kept; fields as `CredentialRefused`."""

    reason: str
    check: str
    where: str = ""

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"check": self.check, "where": self.where}


@dataclass(eq=False)
class RequestRefused(WalletRefusal):
    """A verifier that is known asked for something that cannot be given.

    reason: of the rule broken. error: its code in OpenID4VP. told: whether that code reached the verifier.
    """

    reason: str
    error: ErrorCode
    told: bool
    where: str = ""
    section: str = ""

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"error": self.error.value, "told": self.told, "where": self.where, "section": self.section}


@dataclass(eq=False)
class NothingToPresent(RequestRefused):
    """No credential held answers the query; unmet: why, for the holder alone (OpenID4VP 1.0, section 15.4.1)."""

    unmet: NoAnswer = field(default_factory=lambda: NoAnswer(unmet=()))


@dataclass(eq=False)
class TooEarly(WalletRefusal):
    """The issuer does not want to be asked again before then."""

    not_before: str
    reason: str = field(default="too_early", init=False)

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"not_before": self.not_before}


@dataclass(eq=False)
class NotHeld(WalletRefusal):
    """Nothing in this wallet goes by that name."""

    name: str
    reason: str = field(default="not_held", init=False)

    @property
    def facts(self) -> Mapping[str, Evidence]:
        return {"name": self.name}
