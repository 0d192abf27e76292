"""Alembic's entry: runs the steps on the connection that `Database.upgrade` hands over, inside its transaction."""

from alembic import context

from verifier.adapters.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
