"""Offer what the measure room calls: perceived safety of a wave and area, and its change between two waves.

The way: :func:`wave_lines` says which waves there are; :func:`load_wave` reads each once; :func:`estimate_wave` for
every area of it; :func:`hide_companions` over all of them, before anything is published; :func:`compare` on what it
returns.
:func:`area_wave` and :func:`area_change` do the reading themselves, for one area.
"""

from __future__ import annotations

from surveys.area_changes import area_change, compare
from surveys.area_data import WaveData, load_wave
from surveys.area_estimates import area_wave, estimate_wave
from surveys.area_publish import hide_companions
from surveys.area_standard import STANDARDISED, standardised_figures
from surveys.area_weighting import Weighting
from surveys.figures import CONCEPT, INDICATORS, METHOD_VERSION, AreaWave, Change, Figure, WaveLine
from surveys.registry import Registry, registry_of
from surveys.series import earliest, first_comparable, wave_lines

__all__ = ["CONCEPT", "INDICATORS", "METHOD_VERSION", "STANDARDISED", "AreaWave", "Change", "Figure", "Registry",
           "WaveData", "WaveLine", "Weighting", "area_change", "area_wave", "compare", "earliest", "estimate_wave",
           "first_comparable", "hide_companions", "load_wave", "registry_of", "standardised_figures", "wave_lines"]
