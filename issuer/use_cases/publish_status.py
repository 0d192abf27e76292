"""Publishes the status list tokens of a shard, and serves them as they were published.

A token is made when a shard is opened, when a document is withdrawn, suspended or in force again (within the same
transaction) and when the last one has reached half its `ttl`; in between its bytes are served unchanged. Publishers of
one shard take turns, so that none publishes a list that lacks another's withdrawal.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from issuer.addresses import Addresses
from issuer.institutions import Institution
from issuer.ports import Clock, Institutions, Lock, Measures, Register, Transactions
from issuer.refusals import StatusListUnknown
from issuer.status_shards import PublishedTokens, Shard
from vc_core import status_token
from vc_core.signer import Signer
from vc_core.status_aggregation import encode_aggregation
from vc_core.status_list import Status, StatusList
from vc_core.status_token import TokenFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedToken:
    """max_age: seconds for which it may be cached. etag: without quotes."""

    body: bytes
    media_type: TokenFormat
    etag: str
    max_age: int


class _Described(TypedDict):
    """What both tokens of a shard say alike."""

    subject: str
    issued_at: datetime
    signer: Signer
    expires: datetime
    ttl: timedelta
    aggregation_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishStatus:
    """Makes a shard's tokens within a transaction."""

    addresses: Addresses
    measures: Measures

    def __call__(self, register: Register, institution: Institution, shard: Shard, *, now: datetime) -> PublishedTokens:
        """Reads the shard's values and puts new tokens in the place of the old; the caller holds the turn."""
        with self.measures.publication():
            return self._made(register, institution, shard, now)

    def _made(self, register: Register, institution: Institution, shard: Shard, now: datetime) -> PublishedTokens:
        values = dict(register.shards.values(shard.id))
        if shard.kind.bits == 1:  # no SUSPENDED (Token Status List, section 7.1): INVALID is what it means today
            values = dict.fromkeys(values, Status.INVALID)
        deflated = StatusList.of(values, bits=shard.kind.bits, size=shard.size).deflate()
        issued_at = now.replace(microsecond=0)
        expires_at = issued_at + shard.kind.lifetime
        described = _Described(
            subject=self.addresses.status_list(shard.id),
            issued_at=issued_at,
            signer=institution.status_signer,
            expires=expires_at,
            ttl=shard.kind.ttl,
            aggregation_uri=self.addresses.status_lists,
        )
        tokens = PublishedTokens(
            shard_id=shard.id,
            issued_at=issued_at,
            expires_at=expires_at,
            ttl=shard.kind.ttl,
            jwt=status_token.encode_jwt(deflated, **described).encode(),
            cwt=status_token.encode_cwt(deflated, **described),
        )
        register.shards.publish(tokens)
        return tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class RepublishShards:
    """Makes the tokens of several shards anew, after their values have changed."""

    institutions: Institutions
    publish: PublishStatus

    def __call__(self, register: Register, shard_ids: Iterable[str], *, now: datetime) -> None:
        for shard_id in sorted(shard_ids):  # one order for all, so that no two wait for each other
            register.shards.tokens(shard_id, lock=Lock.HELD)
            self.renew(register, shard_id, now=now)

    def renew(self, register: Register, shard_id: str, *, now: datetime) -> PublishedTokens:
        shard = register.shards.find(shard_id)
        if shard is None:
            raise LookupError(f"no shard {shard_id}")
        return self.publish(register, self.institutions.by_id(shard.kind.institution_id), shard, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeStatus:
    """Serves status list tokens and the list of all lists."""

    transactions: Transactions
    republish: RepublishShards
    addresses: Addresses
    clock: Clock

    def __call__(self, shard_id: str, media_type: TokenFormat) -> ServedToken:
        """Refuses with `StatusListUnknown`."""
        now = self.clock()
        tokens = self.transactions.read(lambda register: register.shards.tokens(shard_id))
        if tokens is None:
            raise StatusListUnknown
        if _is_worn(tokens, now):
            tokens = self.transactions.write(lambda register: self._renewed(register, shard_id, now))
        body = tokens.jwt if media_type is TokenFormat.JWT else tokens.cwt
        max_age = min(tokens.ttl, max(tokens.expires_at - now, tokens.ttl * 0))
        return ServedToken(
            body=body,
            media_type=media_type,
            etag=hashlib.sha256(body).hexdigest()[:32],
            max_age=int(max_age.total_seconds()),
        )

    def all(self) -> bytes:
        """The aggregation document (Token Status List, section 9)."""
        shard_ids = self.transactions.read(lambda register: register.shards.published())
        return encode_aggregation([self.addresses.status_list(shard_id) for shard_id in shard_ids])

    def _renewed(self, register: Register, shard_id: str, now: datetime) -> PublishedTokens:
        tokens = register.shards.tokens(shard_id, lock=Lock.HELD)
        if tokens is not None and not _is_worn(tokens, now):
            return tokens
        return self.republish.renew(register, shard_id, now=now)


def _is_worn(tokens: PublishedTokens, now: datetime) -> bool:
    return now - tokens.issued_at > tokens.ttl / 2
