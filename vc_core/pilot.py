"""A pilot's whole public-key infrastructure, made in one go: what a ministry, its institutions and a liaison body do
over months. States with roots, institutions with document and status signers, a relying party, a wallet provider, the
list operator and the trust list. Pure: randomness and the instant are handed in, so that one seed makes one world.

Simulated: in production every key is made where it is used, and no program sees them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate

from vc_core import pki, trust
from vc_core.pki import Organization, Term
from vc_core.signer import RandomBytes, SoftwareKey
from vc_core.trust import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList

ROOT_TERM = timedelta(days=3650)
LEAF_TERM = timedelta(days=1095)
TRUST_LIST_TERM = timedelta(days=30)
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """One institution of the pilot. country: ISO code. status_prefix: address under which its status lists lie.

    four_eyes: whether its withdrawals need a second officer.
    """

    id: str
    name: str
    country: str
    types: tuple[str, ...]
    status_prefix: str
    contact: Contact
    issue_from: date
    issue_until: date | None = None
    four_eyes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionKeys:
    """The two signers of an institution, each with its chain (one certificate; the State's root is the anchor)."""

    document_signer: SoftwareKey
    status_signer: SoftwareKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """All keys and certificates. roots: by country. trust_list_text: the signed list, compact JWS."""

    roots: Mapping[str, pki.Authority]
    institutions: Mapping[str, InstitutionKeys]
    access_authority: pki.Authority
    relying_party: SoftwareKey
    wallet_authority: pki.Authority
    wallet_provider: SoftwareKey
    operator: SoftwareKey
    trust_list: TrustList
    trust_list_text: str


def make_pilot(
    institutions: Sequence[Institution], *, verifier_hosts: Sequence[str], now: datetime, random: RandomBytes
) -> Pilot:
    """verifier_hosts: DNS names in the relying party's access certificate."""
    start = now.replace(microsecond=0) - timedelta(days=1)
    roots = {
        country: _root(country, "National authority", start, random)
        for country in dict.fromkeys(institution.country for institution in institutions)
    }
    keys = {one.id: institution_keys(one, roots[one.country], start, random) for one in institutions}
    access = _root("EU", "Relying party access authority", start, random)
    operator = _operator(start, random)
    listed = TrustList(
        sequence=1,
        issued_at=now.replace(microsecond=0),
        next_update=now.replace(microsecond=0) + TRUST_LIST_TERM,
        operator=SCHEME,
        entities=tuple(entity(one, roots[one.country].certificate, keys[one.id]) for one in institutions),
        access_anchors=(access.certificate,),
    )
    relying_party = _relying_party(access, verifier_hosts, start, random)
    wallets = _root("EU", "Wallet provider authority", start, random)
    return Pilot(
        roots=roots,
        institutions=keys,
        access_authority=access,
        relying_party=relying_party,
        wallet_authority=wallets,
        wallet_provider=_wallet_provider(wallets, start, random),
        operator=operator,
        trust_list=listed,
        trust_list_text=trust.encode_trust_list(listed, operator, now),
    )


SCHEME = SchemeOperator(
    name="Social security pilot liaison body",
    territory="EU",
    contact=Contact(
        street_address="1 Example Street", email="trust-list@pilot.example", website="https://pilot.example/trust-list"
    ),
)


def entity(institution: Institution, root: Certificate, keys: InstitutionKeys) -> TrustedEntity:
    """The institution's entry on the trust list."""
    return TrustedEntity(
        institution_id=institution.id,
        name=institution.name,
        country=institution.country,
        contact=institution.contact,
        anchors=(root,),
        signers=keys.document_signer.chain[:1],
        entitlements=tuple(
            Entitlement(type_id=type_id, issue_from=institution.issue_from, issue_until=institution.issue_until)
            for type_id in institution.types
        ),
        status_prefixes=(institution.status_prefix,),
    )


def institution_keys(
    institution: Institution, root: pki.Authority, start: datetime, random: RandomBytes
) -> InstitutionKeys:
    organization = Organization(country=institution.country, name=institution.name, identifier=institution.id)
    document_key, status_key = new_key(random), new_key(random)
    document = pki.document_signer(
        root, public_key=document_key.public_key(), organization=organization, term=_term(start, LEAF_TERM, random)
    )
    status = pki.status_signer(
        root, public_key=status_key.public_key(), organization=organization, term=_term(start, LEAF_TERM, random)
    )
    return InstitutionKeys(
        document_signer=SoftwareKey(document_key, (document,)), status_signer=SoftwareKey(status_key, (status,))
    )


def new_key(random: RandomBytes) -> ec.EllipticCurvePrivateKey:
    """A P-256 key from 48 random bytes (the bias of the reduction is below 2^-128)."""
    return ec.derive_private_key(int.from_bytes(random(48), "big") % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _root(country: str, name: str, start: datetime, random: RandomBytes) -> pki.Authority:
    organization = Organization(country=country, name=f"{name} {country}")
    return pki.root(
        private_key=new_key(random),
        organization=organization,
        common_name=f"{name} {country} root",
        contact=f"https://{country.lower()}.pilot.example/pki",
        term=_term(start, ROOT_TERM, random),
    )


def _operator(start: datetime, random: RandomBytes) -> SoftwareKey:
    key = new_key(random)
    organization = Organization(country=SCHEME.territory, name=SCHEME.name)
    certificate = pki.list_operator(
        private_key=key, organization=organization, term=_term(start, LEAF_TERM, random)
    )  # fmt: skip
    return SoftwareKey(key, (certificate,))


def _relying_party(access: pki.Authority, hosts: Sequence[str], start: datetime, random: RandomBytes) -> SoftwareKey:
    key = new_key(random)
    certificate = pki.access_certificate(
        access,
        public_key=key.public_key(),
        organization=Organization(country="EU", name="Labour inspectorate of the pilot"),
        dns_names=hosts,
        term=_term(start, LEAF_TERM, random),
    )
    return SoftwareKey(key, (certificate,))


def _wallet_provider(authority: pki.Authority, start: datetime, random: RandomBytes) -> SoftwareKey:
    key = new_key(random)
    certificate = pki.wallet_provider(
        authority,
        public_key=key.public_key(),
        organization=Organization(country="EU", name="Wallet provider of the pilot"),
        term=_term(start, LEAF_TERM, random),
    )
    return SoftwareKey(key, (certificate,))


def _term(start: datetime, length: timedelta, random: RandomBytes) -> Term:
    return Term(serial=int.from_bytes(random(16), "big") | 1, not_before=start, not_after=start + length)
