"""The bodies of this service as its OpenAPI document describes them; those of institutions are also checked by them."""

from issuer.http.schemas.audit import *
from issuer.http.schemas.body import *
from issuer.http.schemas.directory import *
from issuer.http.schemas.events import *
from issuer.http.schemas.health import *
from issuer.http.schemas.history import *
from issuer.http.schemas.imports import *
from issuer.http.schemas.institutions import *
from issuer.http.schemas.jobs import *
from issuer.http.schemas.openapi import *
from issuer.http.schemas.problems import *
from issuer.http.schemas.searches import *
from issuer.http.schemas.suspensions import *
from issuer.http.schemas.wallets import *
from issuer.http.schemas.withdrawals import *
