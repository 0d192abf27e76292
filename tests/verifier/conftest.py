"""Fixtures of the verifier's tests. Every test of the service runs on SQLite, and on PostgreSQL where there is one."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from sqlalchemy import create_engine
from starlette.testclient import TestClient

from tests.browser import Launch
from tests.closing import closed_at_the_end
from tests.packaged import CATALOGUE
from tests.postgresql import empty_schema
from tests.served import free_port, served
from tests.verifier.world import BASE_URL, World, make_pilot_folder, make_world
from vc_core.catalogue import Catalogue
from verifier.adapters.database import Database
from verifier.adapters.tables import metadata
from verifier.app.service import build_app
from verifier.settings import VerifierSettings


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture(scope="session")
def pilot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pilot")
    make_pilot_folder(folder)
    return folder


@pytest.fixture
def world(pilot_folder: Path, catalogue: Catalogue) -> World:
    return make_world(pilot_folder, catalogue)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with an up-to-date schema and nothing in it."""
    if request.param == "sqlite":
        copy = tmp_path / "verifier.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    url = request.getfixturevalue("postgresql_schema")
    yield url
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "verifier.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_schema() -> Iterator[str]:
    """A schema of its own in the server that the environment names, dropped at the end."""
    with empty_schema() as url:
        database = Database(url)
        database.upgrade()
        database.close()
        yield url


@pytest.fixture(autouse=True)
def databases_closed() -> Iterator[None]:
    with closed_at_the_end(Database):
        yield


MakeApp = Callable[..., FastAPI]


@pytest.fixture
def make_app(world: World, database_url: str) -> MakeApp:
    """The service on this test's database, clock and status lists; settings may be changed."""

    def make(**settings: Any) -> FastAPI:
        values = {"data": world.folder, "base_url": BASE_URL, "database_url": database_url, **settings}
        return build_app(
            VerifierSettings(**values),
            clock=world.clock,
            random=os.urandom,
            fetch=world.lists,
            catalogue=world.catalogue,
        )

    return make


@pytest.fixture
def client(make_app: MakeApp) -> Iterator[TestClient]:
    with TestClient(make_app(), base_url=BASE_URL) as client:
        yield client


@pytest.fixture(scope="module")
def browser(launch: Launch) -> Iterator[Browser]:
    """A browser whose camera shows no code."""
    running = launch()
    yield running
    running.close()


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    settings = VerifierSettings(
        data=world.folder,
        base_url=f"http://localhost:{port}",
        database_url=f"sqlite:///{tmp_path / 'verifier.sqlite3'}",
        state="DE",
        request_lifetime_seconds=120,
    )
    app = build_app(settings, clock=world.clock, fetch=world.lists, catalogue=world.catalogue)
    with served(app, port) as base:
        yield base
