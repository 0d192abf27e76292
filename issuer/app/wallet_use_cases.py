"""Wiring of what wallets ask for: tokens, credentials, and the metadata that say so."""

from dataclasses import dataclass
from datetime import timedelta

from issuer.app.authorization import Gate, access_signer
from issuer.app.ground import Ground
from issuer.app.signing import Signing
from issuer.message_encryption import MessageEncryption
from issuer.nonces import NonceMint
from issuer.use_cases.check_access import CheckAccess
from issuer.use_cases.check_key_proofs import CheckKeyProofs
from issuer.use_cases.collect_deferred import CollectDeferred
from issuer.use_cases.describe_issuer import DescribeIssuer
from issuer.use_cases.give_copies import GiveCopies
from issuer.use_cases.give_tokens import GiveTokens
from issuer.use_cases.issue_credential import IssueCredential
from issuer.use_cases.notify_issuance import NotifyIssuance
from issuer.use_cases.open_request import OpenRequest
from issuer.use_cases.redeem_code import RedeemCode
from issuer.use_cases.redeem_offer import RedeemOffer
from issuer.use_cases.refresh_access import RefreshAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUseCases:
    """code: None where there is no authorization code flow."""

    offer: RedeemOffer
    code: RedeemCode | None
    refresh: RefreshAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialUseCases:
    issue: IssueCredential
    collect_deferred: CollectDeferred
    notify: NotifyIssuance
    describe: DescribeIssuer


def build_tokens(ground: Ground, gate: Gate) -> TokenUseCases:
    tokens = GiveTokens(
        possession=gate.possession,
        access_lifetime=timedelta(seconds=ground.settings.access_token_seconds),
        refresh_lifetime=timedelta(seconds=ground.settings.refresh_seconds),
        random=ground.random,
    )
    return TokenUseCases(
        offer=RedeemOffer(
            transactions=ground.transactions,
            configurations=ground.configurations,
            secret=ground.secret,
            possession=gate.possession,
            tokens=tokens,
            attempts=ground.settings.tx_code_attempts,
            clock=ground.clock,
        ),
        code=_code(ground, gate, tokens),
        refresh=RefreshAccess(
            transactions=ground.transactions,
            secret=ground.secret,
            authenticate=gate.authenticate,
            possession=gate.possession,
            tokens=tokens,
            clock=ground.clock,
            random=ground.random,
        ),
    )


def _code(ground: Ground, gate: Gate, tokens: GiveTokens) -> RedeemCode | None:
    if gate.authenticate is None:
        return None
    return RedeemCode(
        transactions=ground.transactions,
        configurations=ground.configurations,
        secret=ground.secret,
        authenticate=gate.authenticate,
        possession=gate.possession,
        tokens=tokens,
        clock=ground.clock,
        random=ground.random,
    )


def build_credentials(ground: Ground, gate: Gate, signing: Signing) -> CredentialUseCases:
    settings = ground.settings
    transactions, configurations, clock = ground.transactions, ground.configurations, ground.clock
    access = CheckAccess(transactions=transactions, possession=gate.possession)
    encryption = MessageEncryption(key=ground.secret.request_encryption_key(), policy=settings.encryption)
    nonces = NonceMint(key=ground.secret.derive("c_nonce"), lifetime=timedelta(seconds=settings.nonce_seconds))
    proofs = CheckKeyProofs(
        audience=ground.addresses.base_url,
        attesters=gate.authenticate.anchors if gate.authenticate else (),
        nonces=nonces,
        batch_size=settings.batch_size,
    )
    open_request = OpenRequest(encryption=encryption, max_body_bytes=settings.max_body_bytes)
    give = GiveCopies(
        institutions=ground.institutions, configurations=configurations, sign=signing.sign, random=ground.random
    )
    return CredentialUseCases(
        issue=IssueCredential(
            transactions=transactions,
            configurations=configurations,
            access=access,
            nonces=nonces,
            proofs=proofs,
            open=open_request,
            give=give,
            interval=settings.deferred_interval_seconds,
            longest_wait=timedelta(seconds=settings.refresh_seconds),
            clock=clock,
            random=ground.random,
        ),
        collect_deferred=CollectDeferred(
            transactions=transactions,
            access=access,
            open=open_request,
            give=give,
            interval=settings.deferred_interval_seconds,
            clock=clock,
        ),
        notify=NotifyIssuance(
            transactions=transactions, access=access, max_body_bytes=settings.max_body_bytes, clock=clock
        ),
        describe=DescribeIssuer(
            configurations=configurations,
            addresses=ground.addresses,
            display_name=settings.display_name,
            authorization_code=gate.authenticate is not None,
            proof_types=proofs.types,
            batch_size=settings.batch_size,
            encryption=encryption,
            signer=access_signer(settings),
            clock=clock,
        ),
    )
