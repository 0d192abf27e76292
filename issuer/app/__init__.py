"""The composition root: settings, adapters, use cases and routes become one application.

`build_app` is all that others need; an ASGI server runs what it returns. Nothing else constructs an adapter or reads
configuration. The application keeps no state outside its database, so any number of processes may run it.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.adapters.secret_file import load_or_make_secret
from issuer.addresses import Addresses
from issuer.app.authorization import Ground, access_signer, authentication, authorization_flow
from issuer.app.bulk import BulkRegistration, bulk_jobs, jobs_api
from issuer.app.directory import begin_directory, published_trust
from issuer.app.evidence import heads_signed_daily
from issuer.app.notices import Notices, build_notices
from issuer.app.office import back_office
from issuer.configurations import Configurations
from issuer.http.authorization_api import AuthorizationFlow, authorization_pages, authorization_router
from issuer.http.directory_api import directory_router
from issuer.http.events_api import events_router
from issuer.http.health_api import health_router
from issuer.http.institution_api import institution_router
from issuer.http.letter_api import letter_router
from issuer.http.metadata_api import type_metadata_router, well_known_router
from issuer.http.office_api import office_router
from issuer.http.problems import answer_framework, answer_refusal
from issuer.http.request_log import RequestLog
from issuer.http.status_api import status_router
from issuer.http.wallet_api import wallet_router
from issuer.identity import IdentityTypes
from issuer.message_encryption import MessageEncryption
from issuer.nonces import NonceMint
from issuer.ports import Clock, RandomBytes
from issuer.refusals import Refusal
from issuer.settings import IssuerSettings
from issuer.use_cases.check_access import CheckAccess
from issuer.use_cases.check_entitlement import CheckEntitlement
from issuer.use_cases.check_key_proofs import CheckKeyProofs
from issuer.use_cases.check_possession import CheckPossession
from issuer.use_cases.collect_deferred import CollectDeferred
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
from issuer.use_cases.prepare_letter import PrepareLetter
from issuer.use_cases.publish_status import PublishStatus, RepublishShards, ServeStatus
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


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_app(
    settings: IssuerSettings,
    *,
    clock: Clock = utc_now,
    random: RandomBytes = os.urandom,
    catalogue: Catalogue | None = None,
) -> FastAPI:
    """The issuer service. catalogue: the one that comes with the program unless another is given."""
    database = Database(settings.database)
    database.upgrade()
    catalogue = catalogue or Catalogue.load()
    house = _build(settings, database, catalogue, clock, random)
    begin_directory(settings, database, catalogue, clock)

    bulk = bulk_jobs(settings, house.institutions, house.register)
    notices = build_notices(settings, database, house.register.secret, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with notices.repeated(settings.notice_seconds), heads_signed_daily(house.sign_heads), bulk.worked():
            yield
        database.close()

    app = FastAPI(
        title="socsec issuer",
        summary="Institutions register documents; wallets collect them as verifiable credentials",
        version=version("socsec"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_framework},
        generate_unique_id_function=lambda route: route.name,
    )
    for router in _routers(settings, house, notices, bulk):
        app.include_router(router)
    app.include_router(health_router(database.ping))
    app.add_middleware(RequestLog)
    return app


@contextmanager
def bulk_registration(
    settings: IssuerSettings, *, clock: Clock = utc_now, random: RandomBytes = os.urandom
) -> Iterator[BulkRegistration]:
    """For a command that registers files of documents, in the service's database."""
    database = Database(settings.database)
    try:
        database.upgrade()
        house = _build(settings, database, Catalogue.load(), clock, random)
        yield bulk_jobs(settings, house.institutions, house.register)
    finally:
        database.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """Everything the routes need."""

    institutions: InstitutionDirectory
    addresses: Addresses
    configurations: Configurations
    register: RegisterDocument
    show: ShowDocument
    release: ReleaseDocument
    withdraw: WithdrawDocument
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


def _build(
    settings: IssuerSettings,
    database: Database,
    catalogue: Catalogue,
    clock: Clock,
    random: RandomBytes,
) -> _House:
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
    return _House(
        institutions=institutions,
        addresses=addresses,
        configurations=configurations,
        register=register,
        release=ReleaseDocument(transactions=transactions, registration=register, clock=clock),
        show=ShowDocument(transactions=transactions, clock=clock),
        withdraw=withdraw,
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
        sign_heads=SignAuditHeads(
            transactions=transactions, institutions=tuple(institutions.institutions.values()), clock=clock
        ),
        competent=FindCompetent(transactions=transactions, catalogue=catalogue, clock=clock),
    )


def _routers(
    settings: IssuerSettings, house: _House, notices: Notices, bulk: BulkRegistration
) -> tuple[APIRouter, ...]:
    below = APIRouter(prefix=settings.path)
    below.include_router(directory_router(house.competent))
    prepare = PrepareLetter(show=house.show, offers=house.offers)
    below.include_router(letter_router(house.institutions, prepare, house.register.catalogue))
    below.include_router(jobs_api(bulk, house.addresses))
    below.include_router(events_router(house.institutions, notices.list, house.addresses))
    below.include_router(
        institution_router(
            institutions=house.institutions,
            register=house.register,
            show=house.show,
            release=house.release,
            withdraw=house.withdraw,
            offers=house.offers,
            bundle=house.bundle,
            addresses=house.addresses,
            max_body_bytes=settings.max_body_bytes,
        )
    )
    below.include_router(
        wallet_router(
            offers=house.offers,
            redeem=house.redeem,
            redeem_code=house.redeem_code,
            refresh=house.refresh,
            issue=house.issue,
            collect_deferred=house.collect_deferred,
            notify=house.notify,
            addresses=house.addresses,
            max_body_bytes=settings.max_body_bytes,
        )
    )
    if house.flow is not None:
        below.include_router(authorization_router(house.flow, house.addresses, settings.max_body_bytes))
        below.include_router(
            authorization_pages(house.flow, house.addresses, house.configurations, settings.max_body_bytes)
        )
    office = back_office(
        settings,
        institutions=house.institutions,
        addresses=house.addresses,
        register=house.register,
        show=house.show,
        offers=house.offers,
        withdraw=house.withdraw,
    )
    below.include_router(office_router(office))
    below.include_router(status_router(house.serve_status))
    below.include_router(type_metadata_router(house.describe))
    return well_known_router(house.describe, settings.path), below
