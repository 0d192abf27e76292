"""Bodies of the directory."""

from datetime import date

from pydantic import Field

from issuer.http.schemas.body import Body


class ContactBody(Body):
    street_address: str
    email: str
    website: str
    locality: str | None
    postal_code: str | None
    telephone: str | None


class CompetenceBody(Body):
    """`postcodes`: what the postcodes of the district begin with; none for the whole country."""

    type: str
    from_: date = Field(alias="from")
    to: date | None
    postcodes: list[str]


class CompetentBody(Body):
    id: str
    name: str
    country: str
    contact: ContactBody
    competence: CompetenceBody


class LookupBody(Body):
    institutions: list[CompetentBody]
