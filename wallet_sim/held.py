"""Credentials held, as a query sees them: OpenID4VP 1.0, section 6.4.

What stands on disk was checked when it came, so it is read here and not judged again. Groups of claims, which neither
format knows on the wire, come from the rulebook of the type.
"""

from vc_core.catalogue import Catalogue
from vc_core.dcql import HeldCredential
from vc_core.formats.base import ParsedPresentation, UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.x509 import authority_key_identifier
from wallet_sim.store import StoredCredential, WalletStore


def parse_held(store: WalletStore, record: StoredCredential) -> ParsedPresentation:
    return WALLET_FORMATS[record.format].parse(UnverifiedPresentation(text=store.text(record)))


def held_credentials(store: WalletStore, catalogue: Catalogue) -> tuple[HeldCredential, ...]:
    """All of them, the newest first, so that of several that match equally the newest is shown; of copies that came
    together the one that was shown least, so that verifiers cannot tell that they saw the same holder."""
    records = store.credentials()
    place: dict[str, int] = {}
    for index, record in enumerate(records):
        place.setdefault(record.batch or record.id, index)
    ordered = sorted(records, key=lambda record: (place[record.batch or record.id], record.presented))
    return tuple(_held(record, parse_held(store, record), catalogue) for record in ordered)


def _held(record: StoredCredential, parsed: ParsedPresentation, catalogue: Catalogue) -> HeldCredential:
    facts, type_ = parsed.query_facts(), parsed.resolve(catalogue)
    identifiers = (authority_key_identifier(certificate) for certificate in parsed.chain)
    return HeldCredential(
        id=record.id,
        format=record.format,
        identifier=parsed.identifier,
        claims=facts.claims,
        disclosures=facts.disclosures,
        hidden_elements=facts.hidden_elements,
        groups=() if type_ is None else type_.groups,
        holder_bound=record.bound,
        authority_key_ids=frozenset(identifier for identifier in identifiers if identifier is not None),
    )
