"""Fixtures of the issuer's tests. The service runs on SQLite, and on PostgreSQL where there is a server."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from issuer.adapters.database import Database
from issuer.app.service import build_app
from issuer.settings import IssuerSettings
from tests.browser import Launch
from tests.closing import closed_at_the_end
from tests.issuer.chrome import chrome_for
from tests.issuer.world import BASE_URL, Clock, Registered, Wallet, World, make_pilot_folder
from tests.packaged import CATALOGUE
from tests.postgresql import empty_schema
from vc_core.catalogue import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture(scope="session")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, str]]:
    """A pilot folder and the institutions' bearer keys."""
    folder = tmp_path_factory.mktemp("issuer-pilot")
    return folder, make_pilot_folder(folder)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database for the tests of one module; in SQLite with the newest schema, which takes long to make."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("issuer") / "issuer.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    with empty_schema() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "issuer.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


MakeWorld = Callable[..., World]


@pytest.fixture(scope="module")
def make_world(pilot: tuple[Path, Mapping[str, str]], catalogue: Catalogue, database_url: str) -> Iterator[MakeWorld]:
    """A running issuer on the module's database; settings may be changed."""
    folder, api_keys = pilot

    def make(*, clock: Clock | None = None, **settings: Any) -> World:
        values = {"data": folder, "base_url": BASE_URL, "database_url": database_url, "shard_bits": 12, **settings}
        running = clock or Clock()
        app = build_app(IssuerSettings(**values), clock=running, catalogue=catalogue)
        return World(app, running, catalogue, api_keys, values["database_url"])

    with closed_at_the_end(Database):
        yield make


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    """Shared by the tests of a module: each works on documents of its own."""
    return make_world()


@pytest.fixture
def registered(world: World) -> Registered:
    return world.register()


@pytest.fixture
def wallet(world: World) -> Wallet:
    return Wallet(world)


@pytest.fixture(scope="module")
def chrome(launch: Launch, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with the service behind its address."""
    with chrome_for(world, launch, tmp_path_factory.mktemp("tls")) as running:
        yield running
