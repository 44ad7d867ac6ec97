"""The example that people copy is itself a valid codebook."""

from __future__ import annotations

from store.facts import FOLDER, Facts
from surveys.codebook import load_codebook


def test_every_shipped_codebook_can_be_read(facts: Facts) -> None:
    paths = sorted((FOLDER / "codebooks").glob("*.toml"))
    assert paths
    for path in paths:
        assert load_codebook(path, facts).items
