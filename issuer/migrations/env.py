"""Runs migrations on the connection that `Database.upgrade` hands over; nothing is configured from a file."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
