"""The endpoints of the service, each with the use cases that answer."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from fastapi import APIRouter

from vc_core.pilot import new_key
from verifier.app.ground import Ground
from verifier.case_file import MakeCaseFile
from verifier.create_dc_request import CreateDcRequest
from verifier.create_request import CreateRequest, ShowRequest
from verifier.deliver_request import DeliverRequest
from verifier.follow_request import FollowRequest
from verifier.http.case_files import case_files_router
from verifier.http.dc_api import dc_api
from verifier.http.events import Pace, events_router
from verifier.http.pages import pages_router
from verifier.http.rechecks import rechecks_router
from verifier.http.requests_api import requests_api
from verifier.http.same_device import same_device_router
from verifier.http.verdicts_api import verdicts_api
from verifier.http.wallet_api import wallet_api
from verifier.read_result import RecordIdentity
from verifier.receive_dc_response import ReceiveDcResponse
from verifier.receive_response import ReceiveResponse
from verifier.rechecks import DeskRechecks
from verifier.verify_text import VerifyText


def endpoints(ground: Ground) -> Iterator[APIRouter]:
    yield from _transactions(ground)
    yield from _verdicts(ground)
    yield pages_router(ground.pages)


def _transactions(ground: Ground) -> Iterator[APIRouter]:
    """A wallet is asked and answers."""
    create, receive = _create(ground), _receive(ground)
    read, requests, clock = ground.read, ground.requests, ground.clock
    yield wallet_api(
        DeliverRequest(requests=requests, party=ground.party, clock=clock), receive, ground.party.return_uri
    )
    yield same_device_router(read, ground.pages)
    create_for_page = CreateDcRequest(create=create, origins=ground.settings.page_origins)
    yield dc_api(create_for_page, ReceiveDcResponse(receive=receive), read)
    yield requests_api(
        create=create,
        show=ShowRequest(requests=requests, party=ground.party, clock=clock),
        read=read,
        identity=RecordIdentity(requests=requests, records=ground.records, read_result=read),
        pages=ground.pages,
    )
    yield events_router(FollowRequest(requests=requests, clock=clock), Pace(longest=ground.settings.events_seconds))


def _verdicts(ground: Ground) -> Iterator[APIRouter]:
    """What is handed in, and what becomes of verdicts."""
    yield verdicts_api(
        verify=VerifyText(
            judge=ground.judge,
            give_receipt=ground.give_receipt,
            queue_recheck=ground.queue_recheck,
            seal=ground.sealed,
            profiles=ground.profiles,
            records=ground.records,
            clock=ground.clock,
            random=ground.random,
        ),
        identity=RecordIdentity(requests=ground.requests, records=ground.records, read_result=ground.read),
        pages=ground.pages,
    )
    make_case_file = MakeCaseFile(
        catalogue=ground.catalogue,
        profiles=ground.profiles,
        records=ground.records,
        read_result=ground.read,
        sealed=ground.sealed,
        clock=ground.clock,
    )
    yield case_files_router(make_case_file, ground.pages)
    desk = DeskRechecks(queue=ground.rechecks.queue, run=ground.rechecks, clock=ground.clock)
    yield rechecks_router(desk, ground.pages)


def _create(ground: Ground) -> CreateRequest:
    return CreateRequest(
        profiles=ground.profiles,
        requests=ground.requests,
        catalogue=ground.catalogue,
        party=ground.party,
        make_key=partial(new_key, ground.random),
        clock=ground.clock,
        random=ground.random,
        lifetime=timedelta(seconds=ground.settings.request_lifetime_seconds),
        keep=timedelta(seconds=ground.settings.keep_seconds),
    )


def _receive(ground: Ground) -> ReceiveResponse:
    return ReceiveResponse(
        requests=ground.requests,
        profiles=ground.profiles,
        judge=ground.judge,
        give_receipt=ground.give_receipt,
        queue_recheck=ground.queue_recheck,
        clock=ground.clock,
        random=ground.random,
    )
