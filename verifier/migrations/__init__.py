"""The schema of the verifier's database, step by step (Alembic). Run by `Database.upgrade` when the service starts."""
