"""Names of persons in a form in which they can be compared: case, diacritics, letters of other scripts.

Each word of a name becomes basic Latin letters. Greek is transliterated by ELOT 743 (ISO 843, type 2), Cyrillic by the
Bulgarian law on transliteration, letters that Bulgarian does not have as ICAO Doc 9303, part 3, section 6 has them.
Latin letters lose their diacritics; since documents write some of them in two ways (`ü` as `u` or `ue`), a name has up
to two spellings. Nothing is guessed from how a name sounds; whether two names are the same is for `person_match`.
"""

import re
import unicodedata

_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya", "ё": "e", "ы": "y",
    "э": "e", "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ђ": "d", "ћ": "c", "ј": "j", "љ": "lj", "њ": "nj", "џ": "dz",
    "ѓ": "g", "ќ": "k", "ѕ": "dz", "ў": "u",
}  # fmt: skip
_LATIN = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n",
    "ŧ": "t",
}  # fmt: skip
_EXPANDED = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
"""ICAO Doc 9303, part 3, section 6, where it differs from leaving the mark out."""

_VOICED = frozenset("αεηιουωβγδζλμνρ")
"""Before these letters the second letter of αυ, ευ and ηυ is read as v, before others and at the end as f."""

_LETTERS = {**_GREEK, **_CYRILLIC, **_LATIN}
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_LATIN_WORD = re.compile("[a-z0-9]+")
_WRITTEN_IN_TWO_WAYS = re.compile("(?<=a)[ae]|(?<=[ou])e")
"""The second letter of those that stand for `ä`, `å`, `ö`, `ø` and `ü`."""


def spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name in basic Latin letters, in their order; twice where a letter is written in two ways.

    A name without any letter has no words.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = _APOSTROPHES.sub("", text)
    plain = _words(text)
    expanded = _words("".join(_EXPANDED.get(letter, letter) for letter in text))
    return (plain,) if plain == expanded else (plain, expanded)


def search_form(name: str) -> str:
    """The words of a name, put together so that one with the same beginning has a form with the same beginning.

    Müller, Mueller and MULLER have one form; so have some names that are not the same. Good for finding, not for
    deciding.
    """
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", name).casefold())
    words = _LATIN_WORD.findall(text) if text.isascii() else _words(text)
    return _WRITTEN_IN_TWO_WAYS.sub("", " ".join(words))


def _words(text: str) -> tuple[str, ...]:
    words = re.split(r"[^\w]+|_", _without_marks(text))
    return tuple(latin for word in words if (latin := _latin(word)))


def _without_marks(text: str) -> str:
    """Without diacritics, except where a mark makes another letter: й is one of its own, and ϋ begins no pair."""
    kept = []
    for letter in text:
        own = letter if letter in _LETTERS else unicodedata.normalize("NFKD", letter)
        own = "y" if own.startswith("υ\u0308") else own
        kept.append("".join(part for part in own if not unicodedata.combining(part)))
    return "".join(kept)


def _latin(word: str) -> str:
    if word.endswith("ия"):  # Bulgarian law on transliteration, article 5
        word = f"{word[:-2]}ia"
    written, position = [], 0
    while position < len(word):
        letters, taken = _next(word, position)
        written.append(letters)
        position += taken
    return "".join(letter for letter in "".join(written).lower() if letter.isascii() and letter.isalnum())


def _next(word: str, position: int) -> tuple[str, int]:
    """How the letter or pair of letters at a position is written, and how many letters that are."""
    pair, following = word[position : position + 2], word[position + 2 : position + 3]
    if pair in _GREEK_PAIRS:
        return _GREEK_PAIRS[pair], 2
    if pair in ("αυ", "ευ", "ηυ"):
        return _GREEK[pair[0]] + ("v" if following in _VOICED and following else "f"), 2
    if pair == "μπ":
        return "b" if position == 0 or not following else "mp", 2
    letter = word[position]
    return _LETTERS.get(letter, letter), 1
