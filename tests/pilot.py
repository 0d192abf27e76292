"""A small pilot for tests: a State root, an institution's signers, a list operator and a relying party.

Keys come from numbers, so two runs differ in signatures only.
"""

from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from vc_core import pki
from vc_core.pki import Authority, Organization, Term
from vc_core.signer import SoftwareKey
from vc_core.trust import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
STATUS_PREFIX = "https://status.urssaf.example/lists/"


def private_key(number: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(0x5EC_000 + number, ec.SECP256R1())


def term(serial: int, *, start: datetime = NOW - YEAR, end: datetime = NOW + YEAR) -> Term:
    return Term(serial=serial, not_before=start, not_after=end)


def root(number: int, *, country: str = "FR", name: str = "République française") -> Authority:
    return pki.root(
        private_key=private_key(number),
        organization=Organization(country=country, name=name),
        common_name=f"{country} social security root",
        contact="https://pki.example/",
        term=term(number, start=NOW - 2 * YEAR, end=NOW + 9 * YEAR),
    )


URSSAF = Organization(country="FR", name="Urssaf", identifier="FR:117000")
FRENCH_ROOT = root(1)
DOCUMENT_SIGNER = SoftwareKey(
    private_key(2),
    (pki.document_signer(FRENCH_ROOT, public_key=private_key(2).public_key(), organization=URSSAF, term=term(2)),),
)
STATUS_SIGNER = SoftwareKey(
    private_key(3),
    (pki.status_signer(FRENCH_ROOT, public_key=private_key(3).public_key(), organization=URSSAF, term=term(3)),),
)
OPERATOR = SoftwareKey(
    private_key(4),
    (
        pki.list_operator(
            private_key=private_key(4), organization=Organization(country="EU", name="Pilot office"), term=term(4)
        ),
    ),
)
ACCESS_ROOT = root(5, country="EU", name="Access office")
RELYING_PARTY = SoftwareKey(
    private_key(6),
    (
        pki.access_certificate(
            ACCESS_ROOT,
            public_key=private_key(6).public_key(),
            organization=Organization(country="DE", name="Zoll", identifier="DE:ZOLL01"),
            dns_names=("verifier.zoll.example",),
            term=term(6),
        ),
    ),
)

CONTACT = Contact(
    street_address="1 rue de la Paix",
    locality="Paris",
    postal_code="75002",
    email="a1@urssaf.example",
    telephone="+33100000000",
    website="https://www.urssaf.example/",
)


def entity(institution_id: str = "FR:117000", /, **changes: object) -> TrustedEntity:
    values: dict[str, object] = {
        "institution_id": institution_id,
        "name": "Urssaf",
        "country": "FR",
        "contact": CONTACT,
        "anchors": (FRENCH_ROOT.certificate,),
        "signers": DOCUMENT_SIGNER.chain,
        "entitlements": (Entitlement(type_id="a1", issue_from=date(2024, 1, 1)),),
        "status_prefixes": (STATUS_PREFIX,),
    }
    return TrustedEntity(**(values | changes))  # type: ignore[arg-type]


def trust_list(*entities: TrustedEntity, **changes: object) -> TrustList:
    values: dict[str, object] = {
        "sequence": 7,
        "issued_at": NOW - timedelta(days=1),
        "next_update": NOW + timedelta(days=29),
        "operator": SchemeOperator(name="Pilot office", territory="EU", contact=CONTACT),
        "entities": entities or (entity(),),
        "access_anchors": (ACCESS_ROOT.certificate,),
    }
    return TrustList(**(values | changes))  # type: ignore[arg-type]


WALLET_ROOT = root(7, country="EU", name="Wallet office")
WALLET_PROVIDER = SoftwareKey(
    private_key(8),
    (
        pki.wallet_provider(
            WALLET_ROOT,
            public_key=private_key(8).public_key(),
            organization=Organization(country="EU", name="Wallet provider"),
            term=term(8),
        ),
    ),
)
