"""Finds the rulebook of a type that an institution asks for."""

from issuer.institutions import Institution
from issuer.refusals import TypeNotEntitled, TypeUnknown
from vc_core.catalogue import Catalogue
from vc_core.rulebook import Rulebook


def find_type(catalogue: Catalogue, institution: Institution, type_id: str) -> Rulebook:
    """Refuses with `TypeUnknown` or `TypeNotEntitled`."""
    if type_id not in catalogue.rulebooks:
        raise TypeUnknown
    if type_id not in institution.types:
        raise TypeNotEntitled
    return catalogue.type(type_id)
