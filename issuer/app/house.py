"""Adapters and use cases, put together: everything the routes need."""

from dataclasses import dataclass

from issuer.adapters.database import Database
from issuer.app.authorization import authorization_flow, build_gate
from issuer.app.ground import Ground, lay_ground
from issuer.app.institution_use_cases import InstitutionUseCases, build_institution_use_cases, build_offers
from issuer.app.signing import Signing, build_signing
from issuer.app.wallet_use_cases import CredentialUseCases, TokenUseCases, build_credentials, build_tokens
from issuer.http.authorization_api import AuthorizationFlow
from issuer.ports import Clock, Measures, RandomBytes, Unmeasured
from issuer.settings import IssuerSettings
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """flow: None where no wallet provider is trusted: then there is no authorization code flow."""

    ground: Ground
    signing: Signing
    flow: AuthorizationFlow | None
    institution: InstitutionUseCases
    tokens: TokenUseCases
    credentials: CredentialUseCases


def build_house(
    settings: IssuerSettings,
    database: Database,
    catalogue: Catalogue,
    clock: Clock,
    random: RandomBytes,
    measures: Measures = Unmeasured(),
) -> House:
    ground = lay_ground(settings, database, catalogue, clock, random, measures)
    signing, gate = build_signing(ground), build_gate(ground)
    flow = authorization_flow(ground, gate, signing.serve_status)
    types = frozenset(catalogue.rulebooks) - frozenset(ground.identity.by_id)
    offers = build_offers(ground, identified=types if flow else frozenset())
    return House(
        ground=ground,
        signing=signing,
        flow=flow,
        institution=build_institution_use_cases(ground, signing, offers),
        tokens=build_tokens(ground, gate),
        credentials=build_credentials(ground, gate, signing),
    )
