"""What a verification is given, and what follows from it: the inputs as values, and the case built upon them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property, lru_cache

from cryptography.x509 import Certificate

from vc_core import status_token
from vc_core.catalogue import Catalogue
from vc_core.checks import Check, CheckId, Outcome
from vc_core.claims import Claims
from vc_core.dcql import CredentialQuery
from vc_core.formats.base import HolderChallenge, ParsedPresentation, ResolvedType
from vc_core.rejection import Rejection
from vc_core.rulebook import Rulebook
from vc_core.signer import PublicKey
from vc_core.status_list import StatusReference, parse_status_reference
from vc_core.status_token import StatusToken
from vc_core.trust import ConsultedList, ListEntry, Trust, TrustedEntity, TrustLists
from vc_core.verification import query
from vc_core.x509 import public_key, require_path

TRUST_LIST = CheckId("trust.list")
_FULL_SUPPORT = 2


class HolderPolicy(Enum):
    """Whether the holder has to prove possession. Never derived from what the wallet sent (RFC 9901, section 7.3)."""

    REQUIRED = "required"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who stands before the inspector, as far as asked; None matches anybody."""

    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the answer is judged against.

    day: the day that cover is asked for (local to the inspector). host_state: ISO 3166-1 alpha-2. employer: name or
    id. challenge: what the holder's proof has to answer; None where no proof was asked. query: what was asked for.
    """

    day: date
    host_state: str | None = None
    employer: str | None = None
    person: Person | None = None
    challenge: HolderChallenge | None = None
    query: CredentialQuery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFetched:
    """A status list token as it came: body, media type, and when it was fetched."""

    body: bytes
    content_type: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusUnavailable:
    """Why there is no token: `timeout`, `http_404`, `too_large`, `redirect_refused`, ..."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the shell gathered. status: by the URI in the credential."""

    trust: Trust
    status: Mapping[str, StatusFetched | StatusUnavailable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What this verifier accepts; instants are compared with `clock_skew` of grace.

    default_ttl: after which status data without a `ttl` of its own counts as old; longest_ttl: whatever it says itself.
    status_limit: after which it is not relied upon at all, whatever its `exp` (Token Status List, section 11.5).
    """

    version: str = "2026-11"
    holder: HolderPolicy = HolderPolicy.NOT_ASKED
    clock_skew: timedelta = timedelta(seconds=60)
    proof_max_age: timedelta = timedelta(minutes=5)
    default_ttl: timedelta = timedelta(hours=12)
    longest_ttl: timedelta = timedelta(hours=24)
    status_limit: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialUnreadable:
    """Text that no format could read, and why."""

    format_id: str
    rejection: Rejection


Amend = Callable[[Check], Check]
"""What is made of an answer before it counts. Only the conformance harness hands in another than `as_answered`: one
that lets a check no longer fail, to see who notices."""


def as_answered(check: Check) -> Check:
    return check


Watch = Callable[[CheckId], None]
"""Told of each check as soon as it is answered, of `GATHERED` once the status lists are there, and of `RULES` at the
end, once those of the type are asked; who watches brings the clock. Nobody is told of a check that others stand in the
way of."""

GATHERED, RULES = CheckId("gathered"), CheckId("rules")


def unwatched(_: CheckId) -> None: ...


TOKENS_KEPT = 8
_parse_token = lru_cache(maxsize=TOKENS_KEPT)(status_token.parse_token)
"""The same lists come back with one credential after another. Only what a list says is kept, not what it is worth."""


def read_status_token(fetched: StatusFetched | StatusUnavailable | None) -> StatusToken | Rejection:
    """Raises `LookupError` where nothing was fetched."""
    if not isinstance(fetched, StatusFetched):
        raise LookupError("no status list token was fetched")
    try:
        return _parse_token(fetched.body, fetched.content_type)
    except Rejection as rejection:
        return rejection


class ClaimsUnreadableError(Exception):
    """A question needs the claims, and they are not of the form of their type; `claims.schema` says why."""


@dataclass(kw_only=True)
class Case:
    """One verification under way: the inputs, the answers so far, and what is derived from them once.

    A property that needs an earlier check is read only by questions that come `after` that check.
    """

    parsed: ParsedPresentation
    expected: Expected
    evidence: Evidence
    policy: Policy
    now: datetime
    catalogue: Catalogue
    amend: Amend = as_answered
    watch: Watch = unwatched
    answers: dict[CheckId, Check] = field(default_factory=dict)

    @cached_property
    def type(self) -> ResolvedType | None:
        return self.parsed.resolve(self.catalogue)

    @property
    def known_type(self) -> ResolvedType:
        """After `format.type_known`."""
        if self.type is None:
            raise LookupError("the type is not known")
        return self.type

    @property
    def rulebook(self) -> Rulebook:
        """After `format.type_known`."""
        return self.known_type.rulebook

    @property
    def claims(self) -> Claims:
        """The claims shown, in canonical names; after `format.type_known` and `integrity.claim_digests`.

        Raises `ClaimsUnreadableError`.
        """
        if isinstance(self.read_claims, Rejection):
            raise ClaimsUnreadableError
        return self.read_claims

    @cached_property
    def read_claims(self) -> Claims | Rejection:
        """The claims, or what their type finds in the way of reading them."""
        try:
            return self.known_type.claims()
        except Rejection as rejection:
            return rejection

    @property
    def claims_are_readable(self) -> bool:
        return not isinstance(self.read_claims, Rejection)

    @cached_property
    def trust(self) -> TrustLists:
        return TrustLists.of(self.evidence.trust)

    @cached_property
    def certificate_chain(self) -> tuple[Certificate, ...]:
        """The chain presented, or the certificate on a trust list that the format's key id names."""
        if self.parsed.chain or self.parsed.key_id is None:
            return self.parsed.chain
        named = self.trust.certificate(self.parsed.key_id)
        return () if named is None else (named,)

    @property
    def signer_is_on_missing_list(self) -> bool:
        """Whether the signer is named, is to be found on a trust list alone, and may be on one that is not at hand."""
        return not self.certificate_chain and self.parsed.key_id is not None and bool(self.missing_lists)

    @property
    def signer_key(self) -> PublicKey | None:
        """Raises `Rejection` for a certificate of a kind of key that no credential is signed with."""
        chain = self.certificate_chain
        return public_key(chain[0]) if chain else None

    @cached_property
    def entry(self) -> ListEntry | None:
        """Whose certificate signed, as a trust list has it; None also for a certificate that cannot be read.

        Of an institution on several lists, one entry judges alone: the first one that certifies the signer and entitles
        the institution on the day of signing, else the first one that certifies the signer, else the first.
        """
        try:
            found = self.trust.entries_for(self.certificate_chain[0]) if self.certificate_chain else ()
        except Rejection:
            return None
        return max(found, key=self._support, default=None) if len(found) > 1 else next(iter(found), None)

    def _support(self, entry: ListEntry) -> int:
        """0 for an entry that does not certify the signer, 1 for one that does, 2 if it entitles him as well."""
        try:
            require_path(self.certificate_chain, entry.entity.anchors, self.now)
            signed = self.parsed.validity.issued_at
        except Rejection:
            return 0
        if self.type is None or signed is None:
            return 1
        return _FULL_SUPPORT if entry.entity.entitled(self.type.rulebook.type_id, signed.date()) else 1

    @property
    def entity(self) -> TrustedEntity | None:
        return None if self.entry is None else self.entry.entity

    @cached_property
    def missing_lists(self) -> tuple[ConsultedList, ...]:
        """Trust lists that are not at hand and may have what those at hand have not: an entry that certifies the signer
        and entitles the institution."""
        leaf = self.certificate_chain[0] if self.certificate_chain else None
        type_id = None if self.type is None else self.type.rulebook.type_id
        try:
            missing = self.trust.missing(leaf, type_id)
            settled = leaf is not None and self.trust.revokes(leaf)
        except Rejection:
            return self.trust.missing(None, type_id)
        if missing and self.entry is not None:
            settled = self._support(self.entry) == _FULL_SUPPORT
        return () if settled else missing

    @cached_property
    def status_reference(self) -> StatusReference | Rejection | None:
        claim = self.parsed.status_claim
        if claim is None:
            return None
        try:
            return parse_status_reference(claim)
        except Rejection as rejection:
            return rejection

    @cached_property
    def status_evidence(self) -> StatusFetched | StatusUnavailable | None:
        reference = self.status_reference
        return self.evidence.status.get(reference.uri) if isinstance(reference, StatusReference) else None

    @cached_property
    def status_token(self) -> StatusToken | Rejection:
        """After `status.token_available`."""
        return read_status_token(self.status_evidence)

    @cached_property
    def holder_answers(self) -> Mapping[CheckId, Check]:
        """Raises `ValueError` where a proof is required and nobody said what it has to answer."""
        challenge = self.expected.challenge if self.policy.holder is HolderPolicy.REQUIRED else None
        if challenge is None and self.policy.holder is HolderPolicy.REQUIRED:
            raise ValueError("a proof of the holder is required, and there is no challenge for it")
        checks = self.parsed.check_holder(challenge, now=self.now, max_age=self.policy.proof_max_age)
        return {check.id: check for check in checks}

    @cached_property
    def query_answers(self) -> Mapping[CheckId, Check]:
        """After `integrity.claim_digests`; `holder.binding` has been asked before."""
        bound = self.answers[CheckId("holder.binding")].outcome is Outcome.PASSED
        return query.answers(self.parsed, self.expected.query, holder_bound=bound, type_=self.type)
