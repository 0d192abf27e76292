"""An OpenAPI document as a page: all of it is there, nothing of it is markup, nothing comes from elsewhere."""

import base64
import hashlib
import re
from typing import Any

import pytest

from vc_core.openapi_page import CONTENT_SECURITY_POLICY, openapi_page

DOCUMENT: dict[str, Any] = {
    "info": {"title": "a <service>", "summary": "what & why"},
    "paths": {
        "/things/{id}": {
            "post": {
                "operationId": "makeThing",
                "summary": "Make <it>",
                "security": [{"officer": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 7}},
                    {"name": "mode", "in": "query", "description": "how", "schema": {"enum": ["dry", "wet"]}},
                ],
                "requestBody": {
                    "content": {
                        "text/csv": {
                            "schema": {"type": "string"},
                            "examples": {"one": {"summary": "A & b", "value": "a<b"}},
                        },
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                            "examples": {"one": {"summary": "A thing", "value": {"name": "é"}}},
                        },
                    }
                },
                "responses": {
                    "201": {
                        "description": "Made",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "409": {"description": "`thing_taken`"},
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "description": "One thing",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "the <name>"},
                    "parts": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
                    "inner": {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}, "b": True}},
                },
            },
            "Word": {"type": "string", "enum": ["yes", "no"], "examples": [{"é": "<b>"}]},
        }
    },
}
PAGE = openapi_page(DOCUMENT, source="openapi.json")


@pytest.mark.parametrize(
    "part",
    [
        "<h1>a &lt;service&gt;: interface</h1>",
        "what &amp; why",
        '<a href="openapi.json">',
        '<a href="#makeThing"><code>POST /things/{id}</code></a>',
        "Make &lt;it&gt;",
        "<p>Example (<code>text/csv</code>): A &amp; b</p><pre>a&lt;b</pre>",
        "<p>Example (<code>application/json</code>): A thing</p><pre>{\n  &quot;name&quot;: &quot;é&quot;\n}</pre>",
        "Authorization: Bearer",
        "<td><code>id</code></td><td>path</td><td>yes</td><td></td><td>string (maxLength <code>7</code>)</td>",
        "<td>query</td><td>no</td><td>how</td><td><code>dry</code>, <code>wet</code></td>",
        "<td><code>text/csv</code></td><td>string</td>",
        '<td>Made</td><td><code>application/json</code>: <a href="#Thing">Thing</a></td>',
        "<td>`thing_taken`</td>",
        "<td><code>name</code></td><td>yes</td><td>the &lt;name&gt;</td><td>string</td>",
        "array of integer or null",
        "<li><code>a</code>: <code>1</code> </li><li><code>b</code> (may be left out): anything </li>",
        '<h3 id="Word">Word</h3><p></p><p><code>yes</code>, <code>no</code></p>',
        "<p>Example</p><pre>{\n  &quot;é&quot;: &quot;&lt;b&gt;&quot;\n}</pre>",
    ],
)
def test_it_is_there(part: str) -> None:
    assert part in PAGE


def test_nothing_comes_from_elsewhere() -> None:
    [style] = re.findall(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert "<script" not in PAGE
    assert "http" not in PAGE
