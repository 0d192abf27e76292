"""What institutions are refused that look for documents, or ask what a document's status was."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal


@dataclass(eq=False)
class DocumentQueryMalformed(InstitutionRefusal):
    """The question is put in a way that this service does not know. pointer: to what is wrong in it."""

    pointer: str
