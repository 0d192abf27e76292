"""PDF documents, read by PDFium: what was put in can be read, scanned and copied."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.reading_pdf import ReadPdf
from vc_core.paper import Block, Code, Fact, Heading, NewPage, Text, pdf

OFFER = "openid-credential-offer://?credential_offer_uri=https://issuer.example/credential-offer/" + "A" * 22


def document(*blocks: Block, language: str = "fr", title: str = "Certificat") -> bytes:
    return pdf(title, blocks, language=language, author="Urssaf", footer="Urssaf (FR:117000)")


@pytest.mark.parametrize(
    "text",
    ["Camille Élodie Moreau", "Ștefănescu Țepeș", "Łukasz Źdźbło", "Ελένη Παπαδοπούλου", "Иванка Щерева", "Ħal Għaxaq"],
)
def test_every_script_of_the_union_can_be_copied(text: str) -> None:
    assert text in ReadPdf(document(Fact(label="Nom", value=text, box="1.2"))).all_text


def test_title_language_and_footer() -> None:
    read = ReadPdf(document(Text("eins"), NewPage(), Heading("zwei"), language="de", title="Bescheinigung & Brief"))
    assert (read.pages, read.title, read.language) == (2, "Bescheinigung & Brief", "de")
    assert all("Urssaf (FR:117000)" in read.text(page) for page in range(2))
    assert ("eins" in read.text(0), "zwei" in read.text(1)) == (True, True)


def test_same_blocks_same_bytes() -> None:
    blocks = (Heading("a"), Fact(label="b", value="c"))
    assert document(*blocks) == document(*blocks)


def test_documents_made_at_once_are_whole() -> None:
    """Each has glyphs of its own."""
    texts = [chr(0x0400 + 8 * number) * 3 + chr(0x0391 + number) * 3 for number in range(8)]
    alone = [document(Text(text)) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: document(Text(text)), texts)) == alone


def test_markup_in_a_value_is_text() -> None:
    value = "<b>Müller</b> & Söhne <img src='file:///etc/passwd'/> &amp;"
    assert value in ReadPdf(document(Fact(label="<i>Name</i>", value=value), Text(value))).all_text


def test_unprintable_characters_are_blanks() -> None:
    assert "a b c" in ReadPdf(document(Text("a\0b\x1bc"))).all_text


@pytest.mark.parametrize("value", ["ж" * 20_000, "жук " * 4_000, "\n".join("ж" * 300)], ids=["word", "text", "lines"])
def test_long_value_runs_over_pages_whole(value: str) -> None:
    read = ReadPdf(document(Fact(label="Long", value=value)))
    assert read.pages > 1
    assert read.all_text.count("ж") == value.count("ж")


@pytest.mark.parametrize(("text", "side", "version"), [(OFFER, 62, 9), ("A1:" + "Z9%" * 400, 92, 24)])
def test_codes_can_be_scanned_from_the_page(text: str, side: float, version: int) -> None:
    code = Code(heading="Code", text=text, how="Scannez", side=side, max_version=version)
    read = ReadPdf(document(Text("above"), code))
    assert read.codes(0) == [text]
    assert "Scannez" in read.all_text


def test_code_and_its_text_stay_together() -> None:
    code = Code(heading="Code", text=OFFER, how="Scannez", side=92, max_version=9)
    read = ReadPdf(document(*[Text("line")] * 30, code))
    assert (read.codes(0), read.codes(1)) == ([], [OFFER])
    assert "Scannez" in read.text(1)


def test_code_too_large_for_its_place() -> None:
    with pytest.raises(ValueError, match="9-M is the limit"):
        document(Code(heading="Code", text="x" * 400, how="", side=62, max_version=9))
