"""What the use cases need from outside. `adapters` fulfils it, `app` hands it over.

The register is one database. A use case works on it in transactions: `Transactions` runs a function on the register as
it is within one, and commits what it did when it returns or nothing when it raises. A write may be run several times,
when it loses against a concurrent one; so it decides nothing outside the transaction.
"""

from issuer.ports.audit import *
from issuer.ports.directory import *
from issuer.ports.documents import *
from issuer.ports.events import *
from issuer.ports.ground import *
from issuer.ports.institutions import *
from issuer.ports.jobs import *
from issuer.ports.measures import *
from issuer.ports.rates import *
from issuer.ports.register import *
from issuer.ports.searches import *
from issuer.ports.status import *
from issuer.ports.wallets import *
from issuer.ports.withdrawals import *
