"""Status list shards: one Token Status List each, of one institution, with room for 2^n credentials.

Credentials of all types whose rulebooks have the same status rule share a shard, which makes the crowd larger in which
one credential hides. Places are handed out by a counter of the shard, permuted with a key, so that neighbours in time
are no neighbours on the list (Token Status List, sections 13.2 and 13.3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vc_core import base64url
from vc_core.rulebook import StatusRule
from vc_core.signer import RandomBytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardKind:
    """Whose list, bits an entry, and how long a token of it is fresh (`ttl`) and good (`lifetime`)."""

    institution_id: str
    bits: int
    ttl: timedelta
    lifetime: timedelta

    @classmethod
    def of(cls, institution_id: str, rule: StatusRule) -> "ShardKind":
        return cls(institution_id=institution_id, bits=rule.bits, ttl=rule.ttl, lifetime=rule.lifetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """number: counts the shards of one kind, from 1. size_bits: room for 2^size_bits entries."""

    id: str
    kind: ShardKind
    number: int
    size_bits: int

    @property
    def size(self) -> int:
        return int(2**self.size_bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTokens:
    """The shard's status list tokens as they are served, both of one instant."""

    shard_id: str
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta
    jwt: bytes
    cwt: bytes


def shard_id(random: RandomBytes) -> str:
    """72 random bits as 12 characters: short, because it stands in every inspection code."""
    return base64url.encode(random(9))
