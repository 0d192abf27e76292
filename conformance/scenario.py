"""Scenarios: one named deviation, and what everybody concerned has to make of it.

A scenario is data (`scenarios/*.toml`): titles for people, the clause or legal source, whose fault it is, one fault by
name, and the checks that must answer otherwise than in a faultless run. All other checks must answer as they do there.
A scenario may name several credential types and formats; each pair is a case of its own with an id of its own.

Kinds differ in who is under test: verifications (a verifier), requests (a wallet that is asked), receipts (a wallet
that is given something), issuances (an issuer), responses (a verifier's endpoint for wallets).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from vc_core.authorization_request import ResponseMode
from vc_core.checks import CheckId, Outcome
from vc_core.dc_api import DcApiMode
from vc_core.verdict import IdentityCompared, Word


class Role(StrEnum):
    """Whose fault it is."""

    NOBODY = "nobody"
    ISSUER = "issuer"
    STATUS_PROVIDER = "status_provider"
    TRUST_OPERATOR = "trust_operator"
    WALLET = "wallet"
    VERIFIER = "verifier"


class Showing(StrEnum):
    """How a credential reaches the verifier: in answer to a link or, through the browser, to a page of the verifier,
    with the holder's proof; or handed in as it is."""

    PRESENTED = "presented"
    IN_BROWSER = "in_browser"
    HANDED_IN = "handed_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCheck:
    id: CheckId
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAsked:
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the inspector asks about; what is None is as the world has it for that type."""

    day: date | None = None
    host_state: str | None = None
    employer: str | None = None
    person: PersonAsked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedVerdict:
    """checks: those that answer otherwise than in a faultless run."""

    verdict: Word
    checks: tuple[ExpectedCheck, ...] = ()
    identity_compared: IdentityCompared = IdentityCompared.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRefusal:
    """What a wallet does with a bad request or credential.

    reason: of its refusal. error: the code that the verifier is told; None if it is told nothing.
    """

    reason: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedAnswer:
    """What a service answers over HTTP. error, check: members of its JSON; challenge: a scheme of WWW-Authenticate."""

    status: int
    error: str | None = None
    check: str | None = None
    challenge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What scenarios of every kind have.

    id: stable, `theme.what_is_wrong`. title: by language. source: specification and section, or legal source.
    fault: of that role, by id; None where nothing is wrong. types, formats: the cases are their product.
    """

    id: str
    title: Mapping[str, str]
    source: str
    role: Role
    types: tuple[str, ...]
    formats: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Scenario):
    """A credential is shown to a verifier, with what status provider and trust list say of it.

    example: name of an example document of the type; None for the world's. case_ref: of a case that the holder is asked
    to agree to (transaction data, OpenID4VP 1.0, section 8.4).
    """

    expect: ExpectedVerdict
    asked: Asked = field(default_factory=Asked)
    showing: Showing = Showing.PRESENTED
    example: str | None = None
    case_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Scenario):
    """An issuer gives a wallet a credential that it must not keep."""

    expect: ExpectedRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Scenario):
    """A verifier asks a wallet for something that it must not answer."""

    expect: ExpectedRefusal


class Endpoint(StrEnum):
    """Where in the flow a faulty message is sent."""

    TOKEN = "token"  # noqa: S105  an endpoint, not a token
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance(Scenario):
    """A wallet collects credentials from an issuer, with one thing wrong in what it sends to one endpoint."""

    at: Endpoint
    expect: ExpectedAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Scenario):
    """A wallet answers a verifier, with one thing wrong around the presentations.

    mode: how it was asked to answer; the modes of `DcApiMode` are asked by a page, through the browser.
    """

    mode: ResponseMode | DcApiMode = ResponseMode.DIRECT_POST_JWT
    expect: ExpectedAnswer


AnyScenario = Verification | Receipt | Request | Issuance | Response


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario in one type and format."""

    scenario: AnyScenario
    type_id: str
    format_id: str

    @property
    def id(self) -> str:
        return f"{self.scenario.id}/{self.type_id}/{self.format_id}"


def cases_of(scenario: AnyScenario) -> Iterator[Case]:
    for type_id, format_id in product(scenario.types, scenario.formats):
        yield Case(scenario, type_id, format_id)
