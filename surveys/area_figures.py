"""Offer what the measure room calls: perceived safety of a wave and area, and its change between two waves.

The way: :func:`wave_lines` says which waves there are; :func:`area_wave` for every wave and area of a report;
:func:`hide_companions` over all of them, before anything is published; :func:`area_change` on what it returns.
"""

from __future__ import annotations

from surveys.area_changes import area_change
from surveys.area_estimates import area_wave
from surveys.area_publish import hide_companions
from surveys.area_weighting import Weighting
from surveys.figures import INDICATORS, METHOD_VERSION, AreaWave, Change, Figure, WaveLine
from surveys.series import first_comparable, wave_lines

__all__ = ["INDICATORS", "METHOD_VERSION", "AreaWave", "Change", "Figure", "WaveLine", "Weighting", "area_change",
           "area_wave", "first_comparable", "hide_companions", "wave_lines"]
