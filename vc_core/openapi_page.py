"""An OpenAPI document (version 3.1) as one page for people: every address, what it takes, what it answers, every error.

The page needs no script and nothing from another server, so that it can be read behind a hospital's firewall, and by
whoever reads with the ears: headings, lists and tables only. What the document does not use is left out: callbacks,
links, servers, examples of answers. The services serve it beside `openapi.json`.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_REFERENCE = "#/components/schemas/"
_LIMITS = ("format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default")
_STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 1rem auto; padding: 0 1rem;
  overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem }
caption { text-align: left; font-weight: 600 }
th, td { border: 1px solid GrayText; padding: .3rem .5rem; text-align: left; vertical-align: top }
pre { white-space: pre-wrap }
h3 { border-top: 2px solid; padding-top: .6rem; margin-top: 2rem }
"""

_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-{_STYLE_DIGEST}'"
)
"""To be sent with the page: it runs nothing and loads nothing."""


def openapi_page(document: Mapping[str, Any], *, source: str) -> str:
    """HTML. source: address of the document itself."""
    operations = list(_operations(document))
    schemas = document.get("components", {}).get("schemas", {})
    title = escape(document["info"]["title"])
    return "".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}: interface</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>{title}: interface</h1><p>{escape(document['info'].get('summary', ''))}</p>",
            f'<p>The same for programs: <a href="{escape(source)}">{escape(source)}</a></p>',
            "<h2>Addresses</h2>",
            _table(("Address", "What for"), [(_link(one), escape(one["summary"])) for one in operations]),
            "<h2>Each address</h2>",
            *(_section(one) for one in operations),
            "<h2>Bodies</h2>",
            *(_schema_section(name, schema) for name, schema in schemas.items()),
            "</main></body></html>",
        ]
    )


def _operations(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield {"summary": "", **operation, "address": f"{method.upper()} {path}"}


def _link(operation: Mapping[str, Any]) -> str:
    return f'<a href="#{escape(operation["operationId"])}"><code>{escape(operation["address"])}</code></a>'


def _section(operation: Mapping[str, Any]) -> str:
    parts = [f'<section><h3 id="{escape(operation["operationId"])}"><code>{escape(operation["address"])}</code></h3>']
    parts.append(f"<p>{escape(operation['summary'])}</p>")
    parts += [f"<p>{escape(operation['description'])}</p>"] if "description" in operation else []
    parts += ["<p>Needs <code>Authorization: Bearer …</code></p>"] if operation.get("security") else []
    parameters = [
        (_code(one["name"]), escape(one["in"]), _needed(one.get("required", False)), _said(one), _kind(one["schema"]))
        for one in operation.get("parameters", ())
    ]
    parts.append(_table(("Parameter", "In", "Needed", "What it is", "Form"), parameters))
    body = operation.get("requestBody", {})
    parts += [_table(("Body", "Form"), _content(body)), *_body_examples(body)]
    answers = [
        (_code(status), escape(answer["description"]), "<br>".join(": ".join(row) for row in _content(answer)))
        for status, answer in sorted(operation["responses"].items())
    ]
    return "".join([*parts, _table(("Status", "When, or which error", "Body"), answers), "</section>"])


def _schema_section(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        (_code(member), _needed(member in required), _said(form), _kind(form))
        for member, form in schema.get("properties", {}).items()
    ]
    kind = "" if rows else f"<p>{_kind(schema)}</p>"
    members = _table(("Member", "Needed", "What it is", "Form"), rows)
    examples = "".join(_example("Example", one) for one in schema.get("examples", ()))
    heading = f'<h3 id="{escape(name)}">{escape(name)}</h3>'
    return f"<section>{heading}<p>{_said(schema)}</p>{kind}{members}{examples}</section>"


def _body_examples(body: Mapping[str, Any]) -> Iterator[str]:
    for media, content in body.get("content", {}).items():
        for one in content.get("examples", {}).values():
            yield _example(f"Example ({_code(media)}): {escape(one['summary'])}", one["value"])


def _example(heading: str, value: Any) -> str:
    """heading: HTML. A text stands as it is sent."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<p>{heading}</p><pre>{escape(text)}</pre>"


def _content(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Media type and form of each."""
    return [(_code(media), _kind(content.get("schema", {}))) for media, content in body.get("content", {}).items()]


def _kind(schema: Any) -> str:
    """The form of a value in a few words; objects that are described elsewhere as links."""
    if not isinstance(schema, Mapping):
        return "anything"
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).removeprefix(_REFERENCE))
        return f'<a href="#{name}">{name}</a>'
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return " or ".join(_kind(one) for one in several)
    if "const" in schema or "enum" in schema:
        return ", ".join(_code(one) for one in schema.get("enum", [schema.get("const")]))
    limits = ", ".join(f"{name} {_code(schema[name])}" for name in _LIMITS if name in schema)
    return _plain_kind(schema) + (f" ({limits})" if limits else "")


def _plain_kind(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"array of {_kind(schema.get('items', {}))}"
    members = schema.get("properties", {})
    if not members:
        return escape(str(schema.get("type", "anything")))
    required = schema.get("required", ())
    told = (
        f"<li>{_code(name)}{'' if name in required else ' (may be left out)'}: {_kind(form)} {_said(form)}</li>"
        for name, form in members.items()
    )
    return f"object<ul>{''.join(told)}</ul>"


def _said(described: Any) -> str:
    """What a schema or parameter says of itself; a schema may also be `true`."""
    return escape(str(described.get("description", ""))) if isinstance(described, Mapping) else ""


def _needed(required: bool) -> str:
    return "yes" if required else "no"


def _code(value: object) -> str:
    return f"<code>{escape(str(value))}</code>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """HTML of each cell; nothing where there are no rows."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
