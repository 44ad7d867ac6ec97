"""Say how well the items of an index hold together in one wave, over all its areas (method.md A10)."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from store.errors import EstimateError
from surveys.area_data import WaveData
from surveys.area_estimates import pomp
from surveys.reliability import Reliability, reliability


def wave_scale(wave: WaveData, concept: str, only: Collection[str] | None = None) -> Reliability | None:
    """Judge the items of an index, turned to safe, weighted as the figures are; one wave is of one language.

    ``only``: ids of the items to judge, as those that two waves share. ``None`` with fewer than two items, and where
    answers do not allow it. Areas whose margins can't be met are left out.
    """
    items = [each for each in wave.indexes[concept][1] if only is None or each.id in only]
    weighed = {area: each for area, each in wave.weighed.items() if each is not None}
    if len(items) < 2 or not weighed:
        return None
    scores = np.column_stack([
        np.concatenate([pomp(wave.people[area].answers[item.id].values, item) for area in weighed]) for item in items])
    try:
        return reliability(scores, np.concatenate([each.design.weights for each in weighed.values()]))
    except EstimateError:
        return None
