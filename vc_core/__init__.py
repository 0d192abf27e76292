"""The pure core: bytes and values in, values out.

Credential formats (SD-JWT VC, ISO mdoc, inspection code), status, trust, rules, checks and the verdict. Nothing here
opens a socket, a file or a database, reads a clock or draws randomness; what is needed is passed in. The one exception
is `catalogue`, which reads the credential types under `schemas/`.
"""
