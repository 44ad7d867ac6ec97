"""Correct what a reader gets wrong with a hand-coded probability sample (method.md B5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reputation.clustered import Floats
from store.errors import EstimateError

MIN_CODED = 10
"""Fewer hand-coded texts in a window than this say too little of the reader's error there: it stays uncorrected."""

RELIABLE = 0.667
"""Alpha below this: coders don't agree what tone is, so none is published (method.md B6)."""


@dataclass(frozen=True)
class Correction:
    """The hand-coded texts of one sample in one area and window, in the order of the window's articles."""

    sample: str
    alpha: float
    coded: pd.DataFrame
    """columns ``tone``, ``negative``, ``neutral``, ``positive``, ``unsafe``, ``probability``; NaN where not coded"""

    @property
    def n(self) -> int:
        """Texts with a hand-coded tone."""
        return int(self.coded["tone"].notna().sum())

    @property
    def label(self) -> str:
        """``dsl n=112 alpha=0.81``: the estimator with size and alpha of its sample."""
        return f"dsl n={self.n} alpha={self.alpha:.2f}"


def corrected(predicted: ArrayLike, coded: ArrayLike, probability: ArrayLike, classes: ArrayLike) -> Floats:
    """Give each item its design-based score ``f + (R/pi)(y - f)``, so that the mean of scores is the estimate.

    All are (n,); ``coded`` is NaN where not hand-coded, ``classes`` is the predicted class. The prediction is first
    moved by the mean error of its class in the sample, and weights are scaled to the size of the class: the estimate is
    DSL with a better f (Egami et al. 2023), and the variance of the scores is that of a sample stratified by predicted
    class instead of one that forgets the strata. A class without a coded item takes the error of all.
    Raises :class:`EstimateError` without a coded item, or when a coded item has no probability in (0, 1].
    """
    f, y = np.asarray(predicted, dtype=np.float64), np.asarray(coded, dtype=np.float64)
    pi, group = np.asarray(probability, dtype=np.float64), np.asarray(classes)
    known = ~np.isnan(y)
    if not known.any():
        raise EstimateError("no text is hand-coded")
    if not np.all((pi[known] > 0) & (pi[known] <= 1)):
        raise EstimateError("a hand-coded text has no inclusion probability")
    weight, error = np.zeros(f.size), np.zeros(f.size)
    weight[known], error[known] = 1 / pi[known], y[known] - f[known]
    overall = float(np.sum(weight * error) / np.sum(weight))
    scores = f.copy()
    for each in np.unique(group):
        rows = group == each
        here = rows & known
        if not here.any():
            scores[rows] += overall
            continue
        mean = float(np.sum(weight[here] * error[here]) / np.sum(weight[here]))
        scale = rows.sum() / np.sum(weight[here])
        lost = 1 + (1 - here.sum() / rows.sum()) / max(int(here.sum()) - 1, 1)  # one mean was taken from the errors
        scores[rows] += mean
        scores[here] += np.sqrt(lost) * scale * weight[here] * (error[here] - mean)
    return scores


def correction_for(articles: pd.Series[str], coded: pd.DataFrame | None) -> Correction | None:
    """Pick the sample that codes most of the texts of one area and window, or ``None``.

    ``articles`` are the copy groups of the window, in order; ``coded`` are all hand-coded texts of the area with
    ``copy_group``, ``sample``, ``alpha`` and the columns of :class:`Correction`. Two samples are never mixed: each has
    its own probabilities.
    """
    if coded is None or coded.empty:
        return None
    here = coded[coded["copy_group"].isin(articles) & coded["tone"].notna() & coded["alpha"].notna()]
    if here.empty:
        return None
    sizes = here.groupby("sample").size()
    sample = sorted(sizes[sizes == sizes.max()].index)[0]
    chosen = here[here["sample"] == sample].drop_duplicates("copy_group").set_index("copy_group")
    if len(chosen) < MIN_CODED:
        return None
    return Correction(str(sample), float(chosen["alpha"].iloc[0]), chosen.reindex(articles).reset_index(drop=True))
