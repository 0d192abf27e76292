"""The numbers of a service as Prometheus reads them."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families


def scraped(text: str) -> Mapping[str, float]:
    """Each sample by its name and labels, these in their order: `name{label=value,...}`."""
    return {
        _named(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _named(name: str, labels: Mapping[str, str]) -> str:
    written = ",".join(f"{label}={labels[label]}" for label in sorted(labels))
    return f"{name}{{{written}}}" if labels else name
