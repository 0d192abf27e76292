"""The composition root of the verifier: everything that it depends on is built here, and nowhere else.

`service` builds the application, `commands` what the command line needs without it.
"""
