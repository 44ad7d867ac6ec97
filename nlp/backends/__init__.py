"""Give a tone to a text, one file a backend; this is where ``config.nlp.backend`` finds one."""

from __future__ import annotations

import difflib

from nlp.backends.lexicon import LexiconBackend
from nlp.backends.linear import LinearBackend
from nlp.backends.protocol import Backend, Score
from nlp.gazetteer import Gazetteer
from store.errors import WrongConfig

__all__ = ["Backend", "Score", "backend"]

WHERE = "config.toml [nlp] backend"
KNOWN = ("default", "lexicon", "linear", "danlp", "transformers:NAME")


def backend(name: str, names: Gazetteer | None = None) -> Backend:
    """Return the backend that ``config.nlp.backend`` names; ``default`` is the linear model.

    ``names`` are the areas whose names a trained model must not see.
    Raises :class:`WrongConfig` for an unknown name, :class:`MissingExtra` for packages or a model that this machine
    does not have.
    """
    if name in ("default", "linear"):
        return LinearBackend(names)
    if name == "lexicon":
        return LexiconBackend()
    if name == "danlp":
        from nlp.backends.danlp import danlp_backend  # the adapters of models are imported only when asked for

        return danlp_backend()
    if name.startswith("transformers:") and name != "transformers:":
        from nlp.backends.transformers import transformers_backend

        return transformers_backend(name)
    near = difflib.get_close_matches(name, KNOWN, n=1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    raise WrongConfig(f"unknown backend '{name}'", where=WHERE, do=f"{hint}Known are: {', '.join(KNOWN)}")
