"""Whether what this issuer publishes will be believed: status lists lie where the trust list lets them lie.

A pilot is made for one address. Served at another, its credentials would name status lists that no verifier fetches,
and nobody would learn of it before the first inspection.
"""

from datetime import datetime

from issuer.adapters.trust_list import TrustListFile
from issuer.settings import IssuerSettings
from socsec.options import CommandError
from vc_core.verification import TrustUnavailable


def require_permitted_address(settings: IssuerSettings, now: datetime) -> None:
    """Raises `CommandError` if no institution may have its status lists here. A list that cannot be read says nothing:
    the services tell it where they need it."""
    try:
        read = TrustListFile(settings.trust_list_file, settings.operator_file)(now)
    except (OSError, ValueError):
        return
    if isinstance(read, TrustUnavailable):
        return
    permitted = sorted({prefix for entity in read.entities for prefix in entity.status_prefixes})
    wanted = f"{settings.base_url}/status/"
    if permitted and not any(wanted.startswith(prefix) for prefix in permitted):
        made_for = ", ".join(prefix.removesuffix("status/").rstrip("/") for prefix in permitted)
        raise CommandError(
            f"The trust list permits status lists at {', '.join(permitted)} only, not at {wanted}: no verifier would"
            f" confirm what is issued here. Use --issuer-url {made_for}, or make a pilot for this address:"
            f" socsec pki init FOLDER --issuer-url {settings.base_url}"
        )
