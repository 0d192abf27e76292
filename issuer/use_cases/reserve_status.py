"""Reserves a place on a status list: never given out twice, not to be foretold, in constant time.

Every shard counts in the database; the count is permuted with a key that is not stored (`IndexPermutation`). A shard is
opened, with its token published, in the same transaction that first gives out a place on it, so that no credential
points to a list that is not there (Token Status List, section 13.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from issuer.addresses import Addresses
from issuer.credentials import StatusEntry
from issuer.institutions import Institution
from issuer.ports import RandomBytes, Register
from issuer.server_secret import ServerSecret
from issuer.status_shards import Shard, ShardKind, shard_id
from issuer.use_cases.publish_status import PublishStatus
from vc_core.index_permutation import IndexPermutation
from vc_core.rulebook import StatusRule
from vc_core.status_list import StatusReference


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveStatus:
    """shard_bits: a new shard has 2^shard_bits places."""

    addresses: Addresses
    secret: ServerSecret
    publish_status: PublishStatus
    shard_bits: int
    random: RandomBytes

    def __call__(self, register: Register, institution: Institution, rule: StatusRule, *, now: datetime) -> StatusEntry:
        kind = ShardKind.of(institution.id, rule)
        shard = register.shards.newest(kind) or self._open(register, institution, kind, number=1, now=now)
        while (count := register.shards.take(shard)) is None:
            shard = self._open(register, institution, kind, number=shard.number + 1, now=now)
        return self._entries(shard, (count,))[0]

    def many(
        self, register: Register, institution: Institution, rule: StatusRule, number: int, *, now: datetime
    ) -> list[StatusEntry]:
        """As many places, on as many lists as it takes."""
        kind = ShardKind.of(institution.id, rule)
        shard = register.shards.newest(kind) or self._open(register, institution, kind, number=1, now=now)
        entries: list[StatusEntry] = []
        while len(entries) < number:
            taken = register.bulk.take(shard, number - len(entries))
            entries += self._entries(shard, taken)
            if not taken:
                shard = self._open(register, institution, kind, number=shard.number + 1, now=now)
        return entries

    def _entries(self, shard: Shard, counts: Iterable[int]) -> list[StatusEntry]:
        permutation = IndexPermutation(self.secret.status_key(shard.id), shard.size_bits)
        uri = self.addresses.status_list(shard.id)
        return [
            StatusEntry(shard_id=shard.id, reference=StatusReference(uri=uri, idx=permutation.index(count)))
            for count in counts
        ]

    def _open(
        self, register: Register, institution: Institution, kind: ShardKind, *, number: int, now: datetime
    ) -> Shard:
        """The shard of this number; another transaction may have opened it first."""
        shard = Shard(id=shard_id(self.random), kind=kind, number=number, size_bits=self.shard_bits)
        if register.shards.add(shard):
            self.publish_status(register, institution, shard, now=now)
            return shard
        newest = register.shards.newest(kind)
        if newest is None:
            raise LookupError(f"shard {number} of {kind} is neither there nor to be added")
        return newest
