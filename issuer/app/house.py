"""Settings, adapters and use cases, put together: everything the routes need."""

from dataclasses import dataclass
from datetime import timedelta

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.adapters.secret_file import load_or_make_secret
from issuer.addresses import Addresses
from issuer.app.authorization import Ground, access_signer, authentication, authorization_flow
from issuer.app.directory import published_trust
from issuer.configurations import Configurations
from issuer.http.authorization_api import AuthorizationFlow
from issuer.identity import IdentityTypes
from issuer.message_encryption import MessageEncryption
from issuer.nonces import NonceMint
from issuer.ports import Clock, RandomBytes
from issuer.settings import IssuerSettings
from issuer.use_cases.check_access import CheckAccess
from issuer.use_cases.check_entitlement import CheckEntitlement
from issuer.use_cases.check_key_proofs import CheckKeyProofs
from issuer.use_cases.check_possession import CheckPossession
from issuer.use_cases.collect_deferred import CollectDeferred
from issuer.use_cases.decide_withdrawal import DecideWithdrawal, ShowWithdrawals
from issuer.use_cases.describe_issuer import DescribeIssuer
from issuer.use_cases.draft_document import DraftDocument
from issuer.use_cases.find_competent import FindCompetent
from issuer.use_cases.give_copies import GiveCopies
from issuer.use_cases.give_tokens import GiveTokens
from issuer.use_cases.issue_credential import IssueCredential
from issuer.use_cases.make_offer import MakeOffer
from issuer.use_cases.notify_issuance import NotifyIssuance
from issuer.use_cases.offer_bundle import OfferBundle
from issuer.use_cases.open_request import OpenRequest
from issuer.use_cases.order_withdrawal import OrderWithdrawal
from issuer.use_cases.publish_status import PublishStatus, RepublishShards, ServeStatus
from issuer.use_cases.read_foreign import ReadForeign
from issuer.use_cases.redeem_code import RedeemCode
from issuer.use_cases.redeem_offer import RedeemOffer
from issuer.use_cases.refresh_access import RefreshAccess
from issuer.use_cases.register_document import RegisterDocument
from issuer.use_cases.release_document import ReleaseDocument
from issuer.use_cases.reserve_status import ReserveStatus
from issuer.use_cases.show_document import ShowDocument
from issuer.use_cases.sign_audit_heads import SignAuditHeads
from issuer.use_cases.sign_credential import SignCredential
from issuer.use_cases.withdraw_document import WithdrawDocument
from vc_core.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything the routes need."""

    institutions: InstitutionDirectory
    addresses: Addresses
    configurations: Configurations
    register: RegisterDocument
    show: ShowDocument
    release: ReleaseDocument
    withdraw: OrderWithdrawal
    decide_withdrawal: DecideWithdrawal
    show_withdrawals: ShowWithdrawals
    offers: MakeOffer
    bundle: OfferBundle
    redeem: RedeemOffer
    flow: AuthorizationFlow | None
    redeem_code: RedeemCode | None
    refresh: RefreshAccess
    issue: IssueCredential
    collect_deferred: CollectDeferred
    notify: NotifyIssuance
    serve_status: ServeStatus
    describe: DescribeIssuer
    sign_heads: SignAuditHeads
    competent: FindCompetent
    read_foreign: ReadForeign


def build_house(
    settings: IssuerSettings,
    database: Database,
    catalogue: Catalogue,
    clock: Clock,
    random: RandomBytes,
) -> House:
    """Wiring, long and dull."""
    institutions = InstitutionDirectory.read(settings.data)
    secret = load_or_make_secret(settings.secret, random)
    addresses = Addresses(settings.base_url)
    configurations = Configurations.of(catalogue)
    transactions = SqlTransactions(database)
    nonce_lifetime = timedelta(seconds=settings.nonce_seconds)
    possession = CheckPossession(
        nonces=NonceMint(key=secret.derive("DPoP nonce"), lifetime=nonce_lifetime), random=random
    )
    publish = PublishStatus(addresses=addresses)
    republish = RepublishShards(institutions=institutions, publish=publish)
    reserve_status = ReserveStatus(
        addresses=addresses, secret=secret, publish_status=publish, shard_bits=settings.shard_bits, random=random
    )
    sign = SignCredential(
        issuer_uri=addresses.base_url,
        reserve_status=reserve_status,
        entitled=CheckEntitlement(read_trust=published_trust(settings)),
        random=random,
    )
    withdraw = WithdrawDocument(transactions=transactions, republish=republish, clock=clock)
    order_withdrawal = OrderWithdrawal(transactions=transactions, withdraw=withdraw, clock=clock, random=random)
    identity = IdentityTypes.of(catalogue)
    serve_status = ServeStatus(transactions=transactions, republish=republish, addresses=addresses, clock=clock)
    authenticate = authentication(settings, secret, addresses, clock, random)
    tokens = GiveTokens(
        possession=possession,
        access_lifetime=timedelta(seconds=settings.access_token_seconds),
        refresh_lifetime=timedelta(seconds=settings.refresh_seconds),
        random=random,
    )
    redeem_code = (
        None
        if authenticate is None
        else RedeemCode(
            transactions=transactions,
            configurations=configurations,
            secret=secret,
            authenticate=authenticate,
            possession=possession,
            tokens=tokens,
            clock=clock,
            random=random,
        )
    )
    flow = (
        None
        if authenticate is None
        else authorization_flow(
            settings,
            Ground(
                transactions=transactions,
                institutions=institutions,
                catalogue=catalogue,
                configurations=configurations,
                identity=identity,
                addresses=addresses,
                secret=secret,
                clock=clock,
                random=random,
            ),
            authenticate,
            possession,
            serve_status,
        )
    )
    offers = MakeOffer(
        transactions=transactions,
        configurations=configurations,
        addresses=addresses,
        secret=secret,
        lifetime=timedelta(seconds=settings.offer_seconds),
        identified=frozenset(catalogue.rulebooks) - frozenset(identity.by_id) if flow else frozenset(),
        clock=clock,
        random=random,
    )
    access = CheckAccess(transactions=transactions, possession=possession)
    encryption = MessageEncryption(key=secret.request_encryption_key(), policy=settings.encryption)
    key_nonces = NonceMint(key=secret.derive("c_nonce"), lifetime=nonce_lifetime)
    proofs = CheckKeyProofs(
        audience=addresses.base_url,
        attesters=authenticate.anchors if authenticate else (),
        nonces=key_nonces,
        batch_size=settings.batch_size,
    )
    open_request = OpenRequest(encryption=encryption, max_body_bytes=settings.max_body_bytes)
    give = GiveCopies(institutions=institutions, configurations=configurations, sign=sign, random=random)
    register = RegisterDocument(
        transactions=transactions,
        catalogue=catalogue,
        draft=DraftDocument(secret=secret, random=random),
        make_offer=offers,
        sign=sign,
        withdraw=withdraw,
        max_body_bytes=settings.max_body_bytes,
        end_notice=timedelta(days=settings.end_notice_days),
        clock=clock,
        random=random,
    )
    return House(
        institutions=institutions,
        addresses=addresses,
        configurations=configurations,
        register=register,
        release=ReleaseDocument(transactions=transactions, registration=register, clock=clock),
        show=ShowDocument(transactions=transactions, clock=clock),
        withdraw=order_withdrawal,
        decide_withdrawal=DecideWithdrawal(transactions=transactions, order=order_withdrawal, clock=clock),
        show_withdrawals=ShowWithdrawals(transactions=transactions),
        offers=offers,
        bundle=OfferBundle(transactions=transactions, secret=secret, make_offer=offers, clock=clock, random=random),
        redeem=RedeemOffer(
            transactions=transactions,
            configurations=configurations,
            secret=secret,
            possession=possession,
            tokens=tokens,
            attempts=settings.tx_code_attempts,
            clock=clock,
        ),
        refresh=RefreshAccess(
            transactions=transactions,
            secret=secret,
            authenticate=authenticate,
            possession=possession,
            tokens=tokens,
            clock=clock,
            random=random,
        ),
        flow=flow,
        redeem_code=redeem_code,
        issue=IssueCredential(
            transactions=transactions,
            configurations=configurations,
            access=access,
            nonces=key_nonces,
            proofs=proofs,
            open=open_request,
            give=give,
            interval=settings.deferred_interval_seconds,
            longest_wait=tokens.refresh_lifetime,
            clock=clock,
            random=random,
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
        serve_status=serve_status,
        describe=DescribeIssuer(
            configurations=configurations,
            addresses=addresses,
            display_name=settings.display_name,
            authorization_code=flow is not None,
            proof_types=proofs.types,
            batch_size=settings.batch_size,
            encryption=encryption,
            signer=access_signer(settings),
            clock=clock,
        ),
        sign_heads=SignAuditHeads(transactions=transactions, institutions=institutions, clock=clock),
        competent=FindCompetent(transactions=transactions, catalogue=catalogue, clock=clock),
        read_foreign=ReadForeign(catalogue=catalogue, max_body_bytes=settings.max_body_bytes, clock=clock),
    )
