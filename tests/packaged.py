"""The types that come with the program, read once for all tests: it takes a tenth of a second each time."""

from vc_core.catalogue import Catalogue

CATALOGUE = Catalogue.load()
