"""The tables of the register. `migrations` makes them; a test holds the two together.

Nothing depends on the order of a sequence, and every rule that must hold when two requests meet is a key or a unique
constraint here.
"""

from issuer.adapters.tables.audit import *
from issuer.adapters.tables.directory import *
from issuer.adapters.tables.documents import *
from issuer.adapters.tables.events import *
from issuer.adapters.tables.ground import *
from issuer.adapters.tables.jobs import *
from issuer.adapters.tables.rates import *
from issuer.adapters.tables.status import *
from issuer.adapters.tables.wallets import *
from issuer.adapters.tables.withdrawals import *
