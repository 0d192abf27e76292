"""Offers that stand for several documents, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from issuer.adapters.database import insert
from issuer.adapters.offer_store import read_offer
from issuer.adapters.tables import offer, offer_bundle
from issuer.offers import Offer


@dataclass(frozen=True, slots=True)
class BundleStore:
    """`issuer.ports.Bundles`."""

    connection: Connection

    def add(self, bundle_id: str, members: Sequence[Offer]) -> None:
        rows = [
            {"bundle_id": bundle_id, "position": position, "offer_id": member.id}
            for position, member in enumerate(members)
        ]
        self.connection.execute(insert(self.connection, offer_bundle), rows)

    def members(self, bundle_id: str) -> tuple[Offer, ...]:
        wanted = _members(bundle_id).order_by(offer_bundle.c.position)
        return tuple(read_offer(row) for row in self.connection.execute(wanted))

    def member(self, bundle_id: str, offer_id: str) -> Offer | None:
        row = self.connection.execute(_members(bundle_id).where(offer.c.id == offer_id)).one_or_none()
        return None if row is None else read_offer(row)


def _members(bundle_id: str) -> Select[Any]:
    joined = select(offer).join(offer_bundle, offer_bundle.c.offer_id == offer.c.id)
    return joined.where(offer_bundle.c.bundle_id == bundle_id)
