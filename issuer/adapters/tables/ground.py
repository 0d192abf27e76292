"""What all tables share: the metadata, and the types of keys."""

from sqlalchemy import MetaData

from issuer.adapters.columns import Name

ID = Name(64)
KEY = Name(255)

metadata = MetaData()
