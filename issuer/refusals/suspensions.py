"""What officers are refused who suspend documents, or lift that."""

from issuer.refusals.institutions import InstitutionRefusal


class SuspensionNotAllowed(InstitutionRefusal):
    """The rulebook of the type does not allow that documents are suspended."""


class SuspendedOtherwise(InstitutionRefusal):
    """The document was suspended by another order, which stands until it is lifted."""


class DocumentNotSuspended(InstitutionRefusal):
    """The document is not suspended, so there is nothing to lift."""
