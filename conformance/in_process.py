"""Issuer and verifier of this project in this process, on the harness's world: no sockets, a fixed clock."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from starlette.testclient import TestClient

import issuer.app.service
import verifier.app.service
from conformance.issuer_under_test import IssuerUnderTest
from conformance.presenting import StatusServer
from conformance.verifier_under_test import VerifierUnderTest
from conformance.world import World
from conformance.world_folder import publish_trust, write_world
from issuer.faults import NoStatusAnswer, StatusAnswer
from issuer.settings import IssuerSettings
from vc_core.verification import StatusUnavailable
from verifier.ports import Downloaded, NotModified
from verifier.settings import VerifierSettings

_SHARD_BITS = 12


@dataclass(slots=True)
class ServedStatus:
    """`verifier.ports.Fetch`: the status lists of the scenario under way."""

    answers: StatusServer = lambda _: StatusAnswer(status=404)

    def serve(self, answers: StatusServer) -> None:
        self.answers = answers

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]  # noqa: ARG002
    ) -> Downloaded | NotModified | StatusUnavailable:  # fmt: skip
        match self.answers(uri):
            case NoStatusAnswer():
                return StatusUnavailable(reason="unreachable")
            case StatusAnswer(status=status) if not 200 <= status < 300:
                return StatusUnavailable(reason=f"http_{status}")
            case StatusAnswer(body=body, content_type=content_type):
                return Downloaded(body=body, content_type=content_type, etag=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    issuer: IssuerUnderTest
    verifier: VerifierUnderTest


@contextmanager
def services(world: World) -> Iterator[Services]:
    """Both services on a folder of their own, which is removed afterwards; they log nothing meanwhile."""
    with quiet(), tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "world"
        api_keys = write_world(world, folder)
        status = ServedStatus()
        issuing = issuer.app.service.build_app(
            IssuerSettings(data=folder, base_url=world.places.issuer, shard_bits=_SHARD_BITS),
            clock=lambda: world.now,
            random=world.random("issuer"),
            catalogue=world.catalogue,
        )
        verifying = verifier.app.service.build_app(
            VerifierSettings(data=folder, base_url=world.places.verifier),
            clock=lambda: world.now,
            random=world.random("verifier"),
            fetch=status,
            catalogue=world.catalogue,
        )
        with (
            TestClient(issuing, base_url=world.places.issuer) as to_issuer,
            TestClient(verifying, base_url=world.places.verifier) as to_verifier,
        ):
            yield Services(
                issuer=IssuerUnderTest(
                    client=to_issuer, base_url=world.places.issuer, api_keys=api_keys, world=world,
                    clock=lambda: world.now,
                ),
                verifier=VerifierUnderTest(
                    client=to_verifier, base_url=world.places.verifier, world=world, serve_status=status.serve,
                    publish_trust=partial(publish_trust, folder),
                ),
            )  # fmt: skip


@contextmanager
def quiet() -> Iterator[None]:
    """The report says what happened; the services' own log would stand in its midst."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)
