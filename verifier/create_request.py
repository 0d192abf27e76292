"""Use case: ask a wallet. Makes a transaction of what an inspector wants to see, and the link that a wallet follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from vc_core.authorization_request import RequestUriMethod, ResponseMode, authorization_url, unsigned_url
from vc_core.catalogue import Catalogue
from vc_core.dc_api import DcApiMode
from vc_core.rulebook import Rulebook
from vc_core.transaction_data import TYPES, encode_transaction
from verifier.deliver_request import plan_request_object
from verifier.expectation import Expectation, to_json
from verifier.identifiers import fingerprint, new_id, new_secret
from verifier.inspection_profiles import Profiles
from verifier.pace import Pace
from verifier.ports import Clock, MakeEncryptionKey, RandomBytes, Requests
from verifier.query import ids_of, query_for, query_for_both
from verifier.refusals import (
    ExpectationMissing,
    ProfileUnknown,
    RequestNotOffered,
    RequestUnknown,
    TransactionTypeUnknown,
    TypeUnknown,
)
from verifier.relying_party import RelyingParty
from verifier.transactions import Created, Fetched, Flow, Terms, as_of, fetch

SCHEME = "openid4vp"
SWEEP_EVERY = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an inspector wants to see, and how it may be sent. formats: None for every one that the type has.

    transactions: what the holder is to agree to: `type`, and the members of that type. flow: see `Flow`.
    identified_by: type of the identity document that is asked too, so that the persons can be compared. desk: secret of
    the desk in whose queue a recheck is to be found.
    """

    type_id: str
    profile: str
    response_mode: ResponseMode
    expectation: Expectation
    formats: Sequence[str] | None = None
    request_uri_method: RequestUriMethod = RequestUriMethod.GET
    transactions: Sequence[Mapping[str, str]] = ()
    flow: Flow = Flow.CROSS_DEVICE
    identified_by: str | None = None
    desk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A request ready to be shown. read_token: the only copy; whoever has it reads the result. request_uri: None for a
    request that is not signed and stands in the link, too long for a code."""

    id: str
    authorization_url: str
    request_uri: str | None
    expires_at: datetime
    read_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRequest:
    """lifetime: of the request. keep: how long a closed transaction stays readable."""

    profiles: Profiles
    requests: Requests
    catalogue: Catalogue
    party: RelyingParty
    make_key: MakeEncryptionKey
    clock: Clock
    random: RandomBytes
    lifetime: timedelta
    keep: timedelta
    sweeping: Pace = field(default_factory=lambda: Pace(SWEEP_EVERY))
    _queries: Callable[[str, str, tuple[str, ...] | None, str | None], Mapping[str, Any]] = field(
        init=False, repr=False, compare=False
    )
    """As `_new_query`; most requests ask one of a few queries."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_queries", lru_cache(maxsize=64)(self._new_query))

    def __call__(self, wanted: Wanted) -> Offered:
        """Raises `TypeUnknown`, `ProfileUnknown`, `FormatNotOffered`, `ExpectationMissing`, or
        `TransactionTypeUnknown`.
        """
        now = self.clock()
        terms, read_token = self.terms(wanted, now, response_mode=wanted.response_mode)
        encrypted = wanted.response_mode is ResponseMode.DIRECT_POST_JWT
        created = Created(terms=terms, encryption_key=self.make_key() if encrypted else None)
        self.requests.add(created if self.party.signs else fetch(created, at=now))
        return Offered(
            id=terms.id,
            authorization_url=self._link(created),
            request_uri=self.party.request_uri(terms.id) if self.party.signs else None,
            expires_at=terms.expires_at,
            read_token=read_token,
        )

    def terms(
        self, wanted: Wanted, now: datetime, *, response_mode: ResponseMode | DcApiMode, origins: Sequence[str] = ()
    ) -> tuple[Terms, str]:
        """The terms of a new transaction, and the token that reads its result; what is overdue is swept away.

        Raises as a call does.
        """
        if self.sweeping.due(now):
            self.requests.sweep(now=now, closed_before=now - self.keep)
        rulebook = rulebook_of(self.catalogue, wanted.type_id)
        query = self._query(rulebook, wanted)
        read_token, id_ = new_secret(self.random), new_id(now, self.random)
        terms = Terms(
            id=id_,
            created_at=now,
            expires_at=now + self.lifetime,
            type_id=wanted.type_id,
            profile=wanted.profile,
            client_id=self.party.client_id(id_),
            response_uri=self.party.response_uri(id_),
            response_mode=response_mode,
            request_uri_method=wanted.request_uri_method,
            nonce=new_secret(self.random),
            state=new_secret(self.random),
            query=query,
            expectation=to_json(wanted.expectation),
            token_fingerprint=fingerprint(read_token),
            transaction_data=transaction_data(wanted.transactions, ids_of(rulebook, query)),
            origins=origins,
            flow=wanted.flow,
            identified_by=wanted.identified_by,
            desk=None if wanted.desk is None else fingerprint(wanted.desk).hex(),
        )
        return terms, read_token

    def _query(self, rulebook: Rulebook, wanted: Wanted) -> Mapping[str, Any]:
        profile = self.profiles.of(wanted.profile)
        if not profile.suits(rulebook.type_id):
            raise ProfileUnknown(f"{wanted.profile} is not a check of {rulebook.type_id}")
        missing = profile.missing(to_json(wanted.expectation))
        if missing:
            raise ExpectationMissing(f"{wanted.profile} needs: {', '.join(missing)}")
        formats = None if wanted.formats is None else tuple(wanted.formats)
        return self._queries(rulebook.type_id, profile.query, formats, wanted.identified_by)

    def _new_query(
        self, type_id: str, profile: str, formats: tuple[str, ...] | None, identified_by: str | None
    ) -> Mapping[str, Any]:
        rulebook = rulebook_of(self.catalogue, type_id)
        if identified_by in (None, type_id):
            return query_for(rulebook, profile, formats)
        identity = rulebook_of(self.catalogue, identified_by)
        return query_for_both(rulebook, identity, profile, formats)

    def _link(self, created: Created) -> str:
        """By reference; an unsigned request goes out with its link."""
        if self.party.signs:
            return link_to(created.terms, self.party)
        return unsigned_url(SCHEME, plan_request_object(created, self.party))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRequest:
    """The link again, for whoever shows it as a code."""

    requests: Requests
    party: RelyingParty
    clock: Clock

    def __call__(self, request_id: str) -> str:
        """Raises `RequestUnknown`, `RequestNotOffered`."""
        now = self.clock()
        transaction = self.requests.find(request_id)
        if transaction is None:
            raise RequestUnknown("no such request")
        if not isinstance(as_of(transaction, now), (Created, Fetched)):
            raise RequestNotOffered("this request has been answered or has expired")
        if not self.party.signs or transaction.terms.origins:
            raise RequestNotOffered("no code can hold this request")
        return link_to(transaction.terms, self.party)


def link_to(terms: Terms, party: RelyingParty) -> str:
    """The authorization request by reference."""
    return authorization_url(SCHEME, terms.client_id, party.request_uri(terms.id), terms.request_uri_method)


def transaction_data(wanted: Sequence[Mapping[str, str]], credential_ids: Sequence[str]) -> tuple[str, ...]:
    """What the holder is to agree to, by any of these credentials. Raises `TransactionTypeUnknown`."""
    return tuple(_transaction(dict(members), credential_ids) for members in wanted)


def _transaction(members: dict[str, str], credential_ids: Sequence[str]) -> str:
    type_ = TYPES.get(members.pop("type", ""))
    if type_ is None:
        raise TransactionTypeUnknown(f"this service knows: {', '.join(TYPES)}")
    try:
        return encode_transaction(type_, members, credential_ids)
    except ValueError as error:
        raise TransactionTypeUnknown(str(error)) from error


def rulebook_of(catalogue: Catalogue, type_id: str) -> Rulebook:
    """Raises `TypeUnknown`."""
    if type_id not in catalogue.rulebooks:
        raise TypeUnknown(f"this service knows: {', '.join(catalogue.rulebooks)}")
    return catalogue.type(type_id)
