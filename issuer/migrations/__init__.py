"""The schema of the register, version by version (Alembic). `issuer.adapters.tables` describes the newest."""
