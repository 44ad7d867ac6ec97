"""Shrink the safe shares of areas with few answers, for a dot in a chart only (method.md A12).

What comes out stands beside a direct figure, never in its place: no test of change and no goal reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from reputation.content import Detail
from surveys.area_figures import AreaWave
from surveys.small_areas import LEAST_SPARE, fay_herriot, smoothed_variances

SHRUNKEN_BELOW = 50
"""Effective answers below which a dot is drawn."""


def shrunken(found: Sequence[AreaWave]) -> Mapping[tuple[str, str], Mapping[str, Detail]]:
    """Return (wave, area) → prediction and its error, for shown safe shares of fewer than 50 effective answers.

    One wave is one model: its shown areas, an intercept, benchmarked to their total by residents where all are known.
    A hidden figure takes no part, or it could be worked out.
    """
    result: dict[tuple[str, str], Mapping[str, Detail]] = {}
    for wave in dict.fromkeys(each.wave for each in found):
        shown = [each for each in found if each.wave == wave and each.figures["safe_share"].value is not None]
        cells = [each.figures["safe_share"] for each in shown]
        few = [place for place, each in enumerate(cells) if (each.n_eff or 0.0) < SHRUNKEN_BELOW]
        if not few or len(shown) < 1 + LEAST_SPARE or not any(each.se for each in cells):
            continue
        sizes = [each.population for each in shown]
        fitted = fay_herriot(
            [each.value or 0.0 for each in cells],
            smoothed_variances([(each.se or 0.0) ** 2 for each in cells], [each.n_eff or 1.0 for each in cells]),
            shares=[float(each) for each in sizes if each] if all(sizes) else None,
        )
        for place in few:
            result[wave, shown[place].area] = {
                "shrunken": float(fitted.values[place]), "shrunken_se": float(np.sqrt(fitted.mse[place]))}
    return result
