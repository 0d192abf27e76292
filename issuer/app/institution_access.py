"""Wiring of who may ask at the interface for institutions."""

from issuer.adapters.authorization_servers import AuthorizationServerFile
from issuer.app.ground import Ground
from issuer.http.institution_access import InstitutionAccess
from issuer.use_cases.identify_officer import IdentifyOfficer


def institution_access(ground: Ground) -> InstitutionAccess:
    """Raises `OSError` or `ValueError` if the authorization servers are not written down as `issuer/ACCESS.md` says."""
    institutions = frozenset(ground.institutions.institutions)
    servers = AuthorizationServerFile.read(ground.settings.authorization_servers_file, institutions)
    return InstitutionAccess(
        institutions=ground.institutions,
        identify=IdentifyOfficer(institutions=ground.institutions, servers=servers, clock=ground.clock),
        limit=ground.limit,
    )
