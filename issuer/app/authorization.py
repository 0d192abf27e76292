"""Wiring of the authorization code flow: only where a wallet provider is trusted."""

from dataclasses import dataclass
from datetime import timedelta

from cryptography.x509 import load_pem_x509_certificates

from issuer.adapters.institution_directory import load_key
from issuer.adapters.status_fetcher import StatusFetcher
from issuer.adapters.trust_list import TrustListFile
from issuer.app.ground import Ground
from issuer.http.authorization_api import AuthorizationFlow
from issuer.nonces import NonceMint
from issuer.settings import IssuerSettings
from issuer.use_cases.ask_identity import AskIdentity
from issuer.use_cases.authenticate_client import AuthenticateClient
from issuer.use_cases.check_possession import CheckPossession
from issuer.use_cases.decide_consent import DecideConsent
from issuer.use_cases.gather_evidence import GatherEvidence
from issuer.use_cases.publish_status import ServeStatus
from issuer.use_cases.push_authorization import PushAuthorization
from issuer.use_cases.receive_identity import ReceiveIdentity
from vc_core.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How wallets are known: by a key that they possess, and by whom they are attested.

    authenticate: None where no wallet provider is trusted; then there is no authorization code flow.
    """

    possession: CheckPossession
    authenticate: AuthenticateClient | None


def build_gate(ground: Ground) -> Gate:
    nonces = NonceMint(key=ground.secret.derive("DPoP nonce"), lifetime=_nonce_lifetime(ground))
    return Gate(possession=CheckPossession(nonces=nonces, random=ground.random), authenticate=_authentication(ground))


def _authentication(ground: Ground) -> AuthenticateClient | None:
    providers = ground.settings.wallet_providers_file
    if not providers.exists():
        return None
    return AuthenticateClient(
        audience=ground.addresses.base_url,
        anchors=tuple(load_pem_x509_certificates(providers.read_bytes())),
        challenges=NonceMint(key=ground.secret.derive("attestation challenge"), lifetime=_nonce_lifetime(ground)),
        clock=ground.clock,
        random=ground.random,
    )


def _nonce_lifetime(ground: Ground) -> timedelta:
    return timedelta(seconds=ground.settings.nonce_seconds)


def access_signer(settings: IssuerSettings) -> Signer | None:
    """None where the service has no access certificate: then its metadata are not signed."""
    return load_key(*settings.access_files) if settings.access_files[0].exists() else None


def authorization_flow(ground: Ground, gate: Gate, serve_status: ServeStatus) -> AuthorizationFlow | None:
    """None where no wallet provider is trusted."""
    if gate.authenticate is None:
        return None
    settings = ground.settings
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
        authenticate=gate.authenticate,
        push=PushAuthorization(
            transactions=ground.transactions,
            configurations=ground.configurations,
            identity=ground.identity,
            authenticate=gate.authenticate,
            possession=gate.possession,
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
