"""Wiring of the authorization code flow: only where a wallet provider is trusted."""

from dataclasses import dataclass
from datetime import timedelta

from cryptography.x509 import load_pem_x509_certificates

from issuer.adapters.institution_directory import InstitutionDirectory, load_key
from issuer.adapters.register import SqlTransactions
from issuer.adapters.status_fetcher import StatusFetcher
from issuer.adapters.trust_list import TrustListFile
from issuer.addresses import Addresses
from issuer.configurations import Configurations
from issuer.http.authorization_api import AuthorizationFlow
from issuer.identity import IdentityTypes
from issuer.nonces import NonceMint
from issuer.ports import Clock, RandomBytes
from issuer.server_secret import ServerSecret
from issuer.settings import IssuerSettings
from issuer.use_cases.ask_identity import AskIdentity
from issuer.use_cases.authenticate_client import AuthenticateClient
from issuer.use_cases.check_possession import CheckPossession
from issuer.use_cases.decide_consent import DecideConsent
from issuer.use_cases.gather_evidence import GatherEvidence
from issuer.use_cases.publish_status import ServeStatus
from issuer.use_cases.push_authorization import PushAuthorization
from issuer.use_cases.receive_identity import ReceiveIdentity
from vc_core.catalogue import Catalogue
from vc_core.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the use cases of the authorization code flow share."""

    transactions: SqlTransactions
    institutions: InstitutionDirectory
    catalogue: Catalogue
    configurations: Configurations
    identity: IdentityTypes
    addresses: Addresses
    secret: ServerSecret
    clock: Clock
    random: RandomBytes


def authentication(
    settings: IssuerSettings, secret: ServerSecret, addresses: Addresses, clock: Clock, random: RandomBytes
) -> AuthenticateClient | None:
    """None where no wallet provider is trusted: then there is no authorization code flow."""
    if not settings.wallet_providers_file.exists():
        return None
    lifetime = timedelta(seconds=settings.nonce_seconds)
    return AuthenticateClient(
        audience=addresses.base_url,
        anchors=tuple(load_pem_x509_certificates(settings.wallet_providers_file.read_bytes())),
        challenges=NonceMint(key=secret.derive("attestation challenge"), lifetime=lifetime),
        clock=clock,
        random=random,
    )


def access_signer(settings: IssuerSettings) -> Signer | None:
    """None where the service has no access certificate: then its metadata are not signed."""
    return load_key(*settings.access_files) if settings.access_files[0].exists() else None


def authorization_flow(
    settings: IssuerSettings,
    ground: Ground,
    authenticate: AuthenticateClient,
    possession: CheckPossession,
    serve_status: ServeStatus,
) -> AuthorizationFlow:
    """More wiring."""
    ask = AskIdentity(
        transactions=ground.transactions,
        addresses=ground.addresses,
        identity=ground.identity,
        signer=load_key(*settings.access_files),
        lifetime=timedelta(seconds=settings.visit_seconds),
        clock=ground.clock,
        random=ground.random,
    )
    return AuthorizationFlow(
        authenticate=authenticate,
        push=PushAuthorization(
            transactions=ground.transactions,
            configurations=ground.configurations,
            identity=ground.identity,
            authenticate=authenticate,
            possession=possession,
            loopback_http=settings.loopback_http,
            lifetime=timedelta(seconds=settings.request_uri_seconds),
            clock=ground.clock,
            random=ground.random,
        ),
        ask=ask,
        receive=ReceiveIdentity(
            transactions=ground.transactions,
            configurations=ground.configurations,
            identity=ground.identity,
            catalogue=ground.catalogue,
            addresses=ground.addresses,
            secret=ground.secret,
            ask=ask,
            gather=GatherEvidence(
                read_trust=TrustListFile(settings.trust_list_file, settings.operator_file),
                fetch_status=StatusFetcher(policy=settings.loopback_http, timeout=settings.status_timeout_seconds),
                serve_status=serve_status,
                addresses=ground.addresses,
                catalogue=ground.catalogue,
            ),
            clock=ground.clock,
            random=ground.random,
        ),
        decide=DecideConsent(
            transactions=ground.transactions,
            institutions=ground.institutions,
            addresses=ground.addresses,
            secret=ground.secret,
            code_lifetime=timedelta(seconds=settings.code_seconds),
            clock=ground.clock,
            random=ground.random,
        ),
    )
