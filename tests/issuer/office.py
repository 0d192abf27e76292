"""An officer at the back office's pages, without JavaScript: follows links and sends the forms that the pages have."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2
from fastapi.testclient import TestClient

from tests.issuer.world import URSSAF, World


@dataclass
class Form:
    """A form as it stands on a page, with the values that its fields have."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "input" and "name" in given:
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.forms[-1].fields):
            self.forms[-1].fields[self.select] = given["value"]
        elif tag == "textarea":
            self.area = given["name"]
            self.forms[-1].fields[self.area] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            fields = self.forms[-1].fields
            fields[self.area] = fields[self.area].removeprefix("\n")
            self.area = None


def forms(page: httpx2.Response) -> dict[str, Form]:
    """The forms of a page by the end of their address."""
    parser = _Forms()
    parser.feed(page.text)
    return {form.action.partition("?")[0].rpartition("/")[2]: form for form in parser.forms}


@dataclass
class Officer:
    """One browser."""

    client: TestClient
    key: str

    @classmethod
    def of(cls, world: World, institution_id: str = URSSAF) -> "Officer":
        return cls(world.client(), world.api_keys[institution_id])

    def open(self, path: str = "/office") -> httpx2.Response:
        return self.client.get(path)

    def send(self, page: httpx2.Response, name: str, **filled: str) -> httpx2.Response:
        """Sends one of the page's forms, filled in; redirects are followed."""
        form = forms(page)[name]
        return self.client.post(form.action, data={**form.fields, **filled})

    def sign_in(self) -> httpx2.Response:
        return self.send(self.open(), "sign-in", key=self.key)

    def make(self, claims: Any, type_id: str = "a1") -> httpx2.Response:
        page = self.open(f"/office/documents/{type_id}/new?as=json")
        return self.send(page, type_id, claims=claims)
