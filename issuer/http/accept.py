"""What an Accept or Accept-Encoding header likes of what is offered (RFC 9110, sections 12.5.1 and 12.5.3)."""

from collections.abc import Sequence


def preferred(accept: str | None, offered: Sequence[str]) -> str | None:
    """One of `offered`, the first of those liked equally; None if nothing of it is acceptable."""
    ranges = [_range(part) for part in (accept or "*/*").split(",")]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    return best if _quality(best, ranges) > 0 else None


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Only where it is named: whoever says nothing, or that anything will do, gets the bytes as they are."""
    named = [weight for name, weight in map(_range, (accept_encoding or "").split(",")) if name == "gzip"]
    return bool(named) and named[0] > 0


def _range(part: str) -> tuple[str, float]:
    name, *attributes = (piece.strip().lower() for piece in part.split(";"))
    weights = [attribute[2:] for attribute in attributes if attribute.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that includes the media type."""
    for pattern in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        weights = [weight for name, weight in ranges if name == pattern]
        if weights:
            return weights[0]
    return 0.0
