"""Stack waves that share persons, so that their statistics have one covariance (method.md A6, without fpc)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import block_diag

from store.errors import EstimateError
from surveys.arrays import Floats, Ints
from surveys.design import Design


def stack(designs: Sequence[Design], persons: Sequence[Sequence[str | None]]) -> tuple[Design, Ints]:
    """Put waves under each other with the person as primary unit, and return the wave of each row (0, 1 …) too.

    ``persons``: the key of each row of each design; rows without one (``None``) are persons of their own. Weights and
    calibrations of the waves stay apart. Statistics of one wave are those of the domain ``wave == k``, differences
    are contrasts. There is no finite population correction: with one, use
    :func:`surveys.change.panel_covariance`. Raises :class:`EstimateError` for designs with strata or clusters, in
    which a person who moves would belong to two.
    """
    for design, keys in zip(designs, persons, strict=True):
        if len(keys) != len(design):
            raise EstimateError(f"there are {len(keys)} person keys and {len(design)} rows in the design")
        if np.any(design.strata) or len(np.unique(design.psu)) < len(design):
            raise EstimateError("waves with strata or clusters can't be stacked by person")
    number: dict[object, int] = {}
    psu = [number.setdefault((wave, row) if key is None else key, len(number))
           for wave, of_wave in enumerate(persons) for row, key in enumerate(of_wave)]
    wave = np.repeat(np.arange(len(designs)), [len(each) for each in designs])
    stacked = Design.of(
        np.concatenate([each.weights for each in designs]), initial=np.concatenate([each.initial for each in designs]),
        psu=psu, calibration=_calibration(designs),
    )
    return stacked, wave


def _calibration(designs: Sequence[Design]) -> Floats | None:
    """Return the calibrations of all waves on a diagonal; ``None`` where no weights are calibrated."""
    if all(each.calibration is None for each in designs):
        return None
    blocks = [np.zeros((len(each), 0)) if each.calibration is None else each.calibration for each in designs]
    result: Floats = block_diag(*blocks)
    return result
