"""The issuer service: institutions register documents over HTTP, wallets collect them as credentials.

OpenID4VCI 1.0 with the pre-authorized code flow, Token Status List, and an interface of our own for institutions. Each
layer imports only those after it: `app` puts everything together; `http` and `adapters` meet the world; `use_cases` are
the verbs; the modules beside this one are the nouns, `ports` what the use cases need, `refusals` what they refuse.
Left out here: the authorization code flow, batch jobs, approvals by a second officer, corrections.
"""
