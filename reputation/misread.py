"""Adjust classified counts by an error matrix: sensitivities beside the correction, never in its place (B5).

They assume one error matrix for area, year and sample; a reader that has learnt area names breaks that, and the
adjustment can be as biased as none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reputation.clustered import Floats
from reputation.content import Detail
from reputation.correction import Correction
from reputation.figures import UNCORRECTED, Drawn, figure
from reputation.series import Series
from store.goals import Status

ACC, ROGAN_GLADEN = "net_tone.acc", "negative_share.rg"
MISREAD = (ACC, ROGAN_GLADEN)
"""Net tone by adjusted classify-and-count, the negative share after Rogan and Gladen."""

CLASSES = (-1.0, 0.0, 1.0)


@dataclass(frozen=True)
class Adjusted:
    """A share adjusted by sensitivity and specificity; outside 0..1 it is invalid and not to be published."""

    value: float
    variance: float

    @property
    def valid(self) -> bool:
        """Whether it is a share at all."""
        return 0 <= self.value <= 1


def rogan_gladen(share: float, n: float, sensitivity: float, specificity: float, positives: float, negatives: float
                 ) -> Adjusted | None:
    """Adjust an apparent ``share`` of ``n``: p = (q + Sp - 1)/J, J = Se + Sp - 1 (Rogan and Gladen 1978).

    ``positives``, ``negatives``: coded texts that sensitivity and specificity were estimated from. ``None`` where the
    reader tells nothing, J = 0.
    """
    j = sensitivity + specificity - 1
    if abs(j) < 1e-9:
        return None
    p = (share + specificity - 1) / j
    variance = (share * (1 - share) / n + p**2 * sensitivity * (1 - sensitivity) / positives
                + (1 - p) ** 2 * specificity * (1 - specificity) / negatives) / j**2
    return Adjusted(p, variance)


def error_matrix(coded: ArrayLike, predicted: ArrayLike, weights: ArrayLike) -> Floats | None:
    """Return M[k, j] = P(predicted k | coded j) over :data:`CLASSES`, (3, 3); ``None`` where a class was never coded.

    ``coded`` may lie between two classes where coders differ: it counts as its nearest, halves towards 0.
    """
    truth = np.sign(np.trunc(np.asarray(coded, dtype=np.float64) * 1.999))
    read, w = np.asarray(predicted, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    columns = []
    for each in CLASSES:
        of = truth == each
        if not of.any():
            return None
        columns.append([float(w[of & (read == kind)].sum() / w[of].sum()) for kind in CLASSES])
    return np.array(columns).T


def adjusted_count(matrix: Floats, shares: ArrayLike) -> tuple[Floats, Floats] | None:
    """Solve M p = q for the shares (3,) that gave the read ones; return the raw solution and its simplex projection.

    ``None`` where the matrix can't be inverted.
    """
    if np.linalg.cond(matrix) > 1e6:
        return None
    raw = np.asarray(np.linalg.solve(matrix, np.asarray(shares, dtype=np.float64)), dtype=np.float64)
    return raw, simplex(raw)


def simplex(values: ArrayLike) -> Floats:
    """Return the nearest shares: not negative, summing to 1 (sorting method; see method.md B5)."""
    v = np.asarray(values, dtype=np.float64)
    s = np.sort(v)[::-1]
    excess = (np.cumsum(s) - 1) / np.arange(1, v.size + 1)
    theta = excess[np.flatnonzero(s > excess).max()]
    return np.asarray(np.maximum(v - theta, 0.0), dtype=np.float64)


def misread_figures(series: Series, net_tone: Drawn, sample: pd.DataFrame) -> list[Drawn]:
    """Publish both adjustments beside a corrected ``net_tone``; where it is hidden or not corrected there are none.

    ``sample``: every hand-coded text of the area and sample, of any window, with ``tone`` as coded, ``probability`` and
    ``lead_tone`` as read: one window's would be too few for a matrix.
    """
    correction = series.correction
    status = Status(net_tone.estimate.status)
    if correction is None or not net_tone.shown:
        hidden = Status.NOT_COLLECTED if net_tone.shown else status
        reason = "no hand-coded sample" if net_tone.shown else None
        return [Drawn(figure(name, series.area, series.window, hidden, n=net_tone.estimate.n, correction=UNCORRECTED,
                             details={"reason": reason})) for name in MISREAD]
    known = sample.dropna(subset=["tone", "lead_tone"])
    return [_acc(series, correction, known), _rogan_gladen(series, correction, known)]


def _acc(series: Series, correction: Correction, known: pd.DataFrame) -> Drawn:
    matrix = error_matrix(known["tone"], known["lead_tone"], 1 / known["probability"])
    found = None if matrix is None else adjusted_count(matrix, [float(np.mean(series.tone == each))
                                                                for each in CLASSES])
    details: dict[str, Detail] = {"formula": "M p = q, simplex"}
    if found is not None:
        details |= {"raw_negative": float(found[0][0]), "raw_neutral": float(found[0][1]),
                    "raw_positive": float(found[0][2])}
    return Drawn(figure(
        ACC, series.area, series.window, Status.IMPRECISE if found is None else Status.OK,
        value=None if found is None else float(found[1][2] - found[1][0]), n=len(series.tone),
        correction=f"acc n={len(known)} alpha={correction.alpha:.2f}", details=details,
    ))


def _rogan_gladen(series: Series, correction: Correction, known: pd.DataFrame) -> Drawn:
    truth, read = known["tone"] <= -1, known["lead_tone"] == -1
    weight = 1 / known["probability"]
    found = None
    if truth.any() and not truth.all():
        sensitivity = float((weight * (read & truth)).sum() / (weight * truth).sum())
        specificity = float((weight * (~read & ~truth)).sum() / (weight * ~truth).sum())
        found = rogan_gladen(float(np.mean(series.tone == -1)), len(series.tone), sensitivity, specificity,
                             int(truth.sum()), int((~truth).sum()))
    shown = found is not None and found.valid
    return Drawn(figure(
        ROGAN_GLADEN, series.area, series.window, Status.OK if shown else Status.IMPRECISE,
        value=found.value if found is not None and shown else None,
        se=float(np.sqrt(found.variance)) if found is not None and shown else None, n=len(series.tone),
        correction=f"rogan-gladen n={len(known)} alpha={correction.alpha:.2f}",
        details={"reason": None if shown else "outside 0..1"},
    ))
