"""Give a tone by word lists and rules: no model, no download."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nlp.backends.protocol import Score
from nlp.cutting import Sentence
from nlp.lexicon import Lexicon, load_lexicon
from nlp.rules import weigh
from nlp.tone import squash

ROOM = Path(__file__).resolve().parent.parent


class LexiconBackend:
    """Reads by data/lexicon/tone.toml over AFINN, with the rules of nlp/rules.py."""

    name = "lexicon"

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or load_lexicon()
        self.version = hashlib.sha256(f"{code_digest()}{self._lexicon.digest}".encode()).hexdigest()[:16]

    def knows(self, form: str) -> bool:
        """Say no: what the lexicon knows is all it makes something of."""
        return False

    def themes(self) -> None:
        """Give nothing: themes are read by their seed words."""

    def read(self, text: str, sentences: Sequence[Sentence], *, because: bool = False) -> list[Score]:
        """Weigh the words of each sentence; sums are squashed into -1 to 1."""
        return [self._score(sentence) for sentence in sentences]

    def _score(self, sentence: Sentence) -> Score:
        found = weigh(sentence, self._lexicon)
        if not found:
            return _SILENT
        return Score(
            squash(sum(each.tone for each in found)), squash(sum(each.safety for each in found)), tuple(found)
        )


_SILENT = Score(0.0, 0.0)


READING = (
    "backends/lexicon.py", "backends/protocol.py", "bearing.py", "cutting.py", "document.py", "folding.py",
    "gazetteer.py", "inflection.py", "kept.py", "lexicon.py", "mentions.py", "pipeline.py", "reader.py", "rules.py",
    "safety.py", "stigma.py", "themes.py", "tone.py", "voices.py", "wordlist.py",
)
"""The modules between a text and its reading. A change elsewhere in this room must not make every text unread."""


def code_digest() -> str:
    """Digest the code that reads and its word lists: any change of them makes a new version of every reading."""
    digest = hashlib.sha256()
    lists = sorted((ROOM.parent / "data" / "lexicon").glob("*.toml"))
    for path in [*(ROOM / name for name in READING), *lists]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
