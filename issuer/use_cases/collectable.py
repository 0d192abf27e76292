"""What there is to collect for an offer: of one document, or of the many that one offer stands for."""

from typing import NamedTuple

from issuer.configurations import Configurations
from issuer.offers import Offer
from issuer.ports import Register


class Collectable(NamedTuple):
    """offer_id: that copies count for; of a bundle, one for each document."""

    offer_id: str
    configuration_id: str


def collectable(register: Register, configurations: Configurations, offer: Offer) -> tuple[Collectable, ...]:
    """Documents that are withdrawn, suspended or erased are left out."""
    found: list[Collectable] = []
    for member in register.bundles.members(offer.id) or (offer,):
        document = register.documents.by_id(member.document_id)
        if not document.gone:
            ids = configurations.of_document(document.type_id, document.binding)
            found += [Collectable(member.id, id_) for id_ in ids]
    return tuple(found)
