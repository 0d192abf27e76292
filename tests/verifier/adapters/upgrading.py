"""The schema as it was at an older version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from verifier import migrations
from verifier.adapters.database import Database


def upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    database.transaction(run)
