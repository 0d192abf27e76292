"""What an officer may do."""

from issuer.institutions import Officer, Role
from issuer.refusals import RoleMissing


def require_role(officer: Officer, role: Role) -> None:
    """Refuses with `RoleMissing`."""
    if role not in officer.roles:
        raise RoleMissing(role)
