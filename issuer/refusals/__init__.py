"""What this service refuses: one class a rule, which carries the facts and knows no HTTP.

They form families by whom they answer, a module each: institutions, wallets at the token or credential endpoint,
browsers, the back office's pages, anybody else. `http.problem_table` gives every class its status and code; a test
holds it complete. What wallets are told is made of reason codes, never of what they sent.
"""

from issuer.refusals.credentials import *
from issuer.refusals.directory import *
from issuer.refusals.events import *
from issuer.refusals.identity import *
from issuer.refusals.institutions import *
from issuer.refusals.jobs import *
from issuer.refusals.office import *
from issuer.refusals.pages import *
from issuer.refusals.public import *
from issuer.refusals.rates import *
from issuer.refusals.refusal import *
from issuer.refusals.searches import *
from issuer.refusals.status import *
from issuer.refusals.suspensions import *
from issuer.refusals.tokens import *
from issuer.refusals.withdrawals import *

FAMILIES: tuple[type[Refusal], ...] = (
    InstitutionRefusal,
    TokenRefusal,
    CredentialRefusal,
    PageRefusal,
    OfficeRefusal,
    IdentityRefusal,
    StatusRefusal,
    PublicRefusal,
    DirectoryRefusal,
    RateRefusal,
)
