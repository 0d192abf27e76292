"""Drafts a document from claims, before anything has been asked of the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.document_facts import began_before, text_at
from issuer.documents import Document, InForce
from issuer.identifiers import row_id
from issuer.institutions import Institution
from issuer.ports import RandomBytes
from issuer.server_secret import ServerSecret
from issuer.subjects import Subject, subject_of
from issuer.use_cases.compare_register import person_of
from vc_core.person_match import birth_date
from vc_core.rulebook import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDocument:
    secret: ServerSecret
    random: RandomBytes

    def __call__(
        self, institution: Institution, rulebook: Rulebook, claims: Mapping[str, Any], *, now: datetime
    ) -> Document:
        person = person_of(rulebook.registry, claims) if rulebook.registry else None
        return Document(
            id=row_id(now, self.random),
            institution_id=institution.id,
            type_id=rulebook.type_id,
            number=text_at(claims, rulebook.document_number),
            person_key=self.secret.person_key(institution.id, rulebook.type_id, person) if person else None,
            claims=claims,
            version=1,
            retroactive=began_before(rulebook, claims, now.date()),
            remarks=(),
            registered_at=now,
            standing=InForce(),
        )

    def subject(self, rulebook: Rulebook, document: Document) -> Subject:
        """By which officers find the document, and the person who identifies themselves to a wallet's authorization
        request."""
        day = birth_date(rulebook.person, document.claims)
        birth_key = None if day is None else self.secret.birth_key(document.type_id, day)
        return subject_of(rulebook, document.claims, birth_key)
