"""Weigh the words of one sentence: negation, degree, remedy against problem, *men*, quotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.cutting import Sentence
from nlp.lexicon import Lexicon, Phrase, Word

NEGATION_REACH = 4
"""Words between a negation and what it negates (danish-tools.md: about four, stopped by punctuation)."""

BEHIND_VERB = 3
"""A Danish main clause negates behind its verb: *børnene trives ikke*."""

NEGATED_GOOD = -0.8
"""*Ikke tryg* is nearly *utryg*."""

NEGATED_BAD = -0.5
"""*Ikke utryg* is less than *tryg*."""

LESS = -0.7
"""*Færre indbrud*: a falling problem speaks well, if less than a good thing does."""

MORE = 1.2
REMEDY = 0.25
"""*Kampen mod banderne*: the problem stands, but what is told is that something is done about it."""

SOLVED = -0.6
"""*Hærværket er stoppet.*"""

VICTORY = -0.9
STRONGER, WEAKER = 1.35, 0.6
BEFORE_BUT, AFTER_BUT = 0.6, 1.25
CONCEDED = 0.4
QUOTED = 0.85
HEDGED = 0.75
ASKED = 0.5
OVER = 0.3
"""*Ro efter uroen*: what is over weighs little beside the good that followed."""

OVER_REACH = 5
GAP = 3
"""Words that may stand inside a phrase with a gap: *rives 100 boliger ned*."""

TARGET_NEXT, TARGET_BEHIND, TARGET_FAR, TARGET_BEFORE = 3, 5, 10, 7
"""How far a word of change reaches for what it changes: *færre X*, *bekæmpe X*, *fald i antallet af X*, *X falder*."""

NOT_COUNTED = frozenset({"glad", "godt"})
"""Groups of qualities: *faldet godt til* is no fall of what is good."""

PUNCTUATION = frozenset(',.;:!?…()[]"»«”“–—-/')
QUOTES = frozenset('»«”“"')
HARD = frozenset('.;:!?…()»«”“"–—')
"""Signs that end the reach of a word of change; a comma does not."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one word or phrase gives its sentence; ``rule`` names the group and each rule that changed it."""

    start: int
    end: int
    rule: str
    tone: float
    safety: float


@dataclass(slots=True)
class _Found:
    first: int
    last: int
    word: Word
    factor: float = 1.0
    rules: str = ""
    changed: bool = False

    def times(self, factor: float, rule: str) -> None:
        self.factor *= factor
        self.rules += f" · {rule}"


def weigh(sentence: Sentence, lexicon: Lexicon) -> list[Weight]:
    """Weigh every word of ``sentence`` that says something, in order; nothing said gives an empty list."""
    words = sentence.words
    found = _find(words, lexicon)
    if not found:
        return []
    _change(words, found, lexicon)
    for each in found:
        _negate(words, each, lexicon)
        _grade(words, each, lexicon)
    _connect(words, found, lexicon)
    _frame(words, found, lexicon)
    return [_weight(sentence, each) for each in found]


def _find(words: Sequence[str], lexicon: Lexicon) -> list[_Found]:
    found: list[_Found] = []
    taken: set[int] = set()
    known, last = lexicon.known, len(words) - 1
    for index, each in [(at, each) for at, form in enumerate(words) if (each := known[form])]:
        if index in taken:
            continue
        phrases = each.behind.get(words[index + 1], each.loose) if index < last else each.loose
        phrase = _phrase_at(words, index, phrases) if phrases else None
        if phrase:
            places, word = phrase
            taken.update(places)
            found.append(_Found(index, places[-1], word))
        elif each.word is not None:
            found.append(_Found(index, index, each.word))
    return [each for each in found if each.first not in taken or each.last != each.first] if taken else found


def _phrase_at(words: Sequence[str], index: int, phrases: Sequence[Phrase]) -> tuple[list[int], Word] | None:
    best: tuple[list[int], Word] | None = None
    for phrase in phrases:
        places = _match(words, index, phrase.parts)
        if places and (best is None or len(places) > len(best[0])):
            best = places, phrase.word
    return best


def _match(words: Sequence[str], index: int, parts: Sequence[frozenset[str]]) -> list[int]:
    places: list[int] = []
    gap = 0
    for part in parts:
        if not part:
            gap = GAP
            continue
        for at in range(index, min(index + gap, len(words) - 1) + 1):
            if words[at] in part:
                places.append(at)
                index, gap = at + 1, 0
                break
            if words[at] in HARD:
                return []
        else:
            return []
    return places


def _negate(words: Sequence[str], each: _Found, lexicon: Lexicon) -> None:
    rules = lexicon.rules
    at = -1
    for index in range(each.first - 1, max(each.first - 1 - NEGATION_REACH, -1), -1):
        if words[index] in PUNCTUATION:
            break
        if words[index] in rules.negation and words[index + 1] not in rules.no_negation:
            at = index
            break
    if at < 0 and each.word.verb:
        for index in range(each.last + 1, min(each.last + 1 + BEHIND_VERB, len(words))):
            if words[index] in PUNCTUATION or words[index] in rules.conjunctions:
                break
            if words[index] in rules.negation:
                at = index
                break
    if at >= 0 and not (each.word.group == "utryg" and "ikke" in each.word.lemma.split()):
        each.times(NEGATED_GOOD if each.word.polarity > 0 else NEGATED_BAD, "negated")


def _grade(words: Sequence[str], each: _Found, lexicon: Lexicon) -> None:
    for index in range(each.first - 1, max(each.first - 3, -1), -1):
        if words[index] in PUNCTUATION:
            return
        if words[index] in lexicon.rules.intensifiers:
            each.times(STRONGER, "intensified")
            return
        if words[index] in lexicon.rules.downtoners:
            each.times(WEAKER, "toned down")
            return


def _change(words: Sequence[str], found: list[_Found], lexicon: Lexicon) -> None:
    """Let words of change and remedy work on the nearest word they can mean."""
    rules = lexicon.rules
    for index, form in [(at, form) for at, form in enumerate(words) if form in rules.changing]:
        pair = f"{form} {words[index + 1]}" if index + 1 < len(words) else ""
        if pair in rules.victories:
            _apply(words, found, index + 1, "behind", VICTORY, "overcome", problems=True)
        elif pair in rules.small_shares:
            _apply(words, found, index + 1, "far", NEGATED_GOOD, "small share")
        elif form in rules.solved:
            _apply(words, found, index, "either", SOLVED, "solved", problems=True)
        elif form in rules.remedies:
            _apply(words, found, index, "either" if form not in ("mod", "imod") else "behind", REMEDY, "remedy",
                   problems=True)
        elif form in rules.fall_nouns and pair.endswith((" i", " af", " på")):
            while _apply(words, found, index, "far", LESS, "less"):
                pass
        elif form in rules.rise_nouns and pair.endswith((" i", " af", " på")):
            _apply(words, found, index, "behind", MORE, "more")
        elif form in rules.falls:
            _apply(words, found, index, "before", LESS, "less")
        elif form in rules.rises:
            _apply(words, found, index, "before", MORE, "more")
        elif form in rules.less:
            _apply(words, found, index, "next", LESS, "less")
        elif form in rules.more:
            _apply(words, found, index, "next", MORE, "more")
        elif form in rules.lacks:
            _apply(words, found, index, "next", NEGATED_GOOD, "lacking")


def _apply(
    words: Sequence[str], found: list[_Found], index: int, where: str, factor: float, rule: str, *,
    problems: bool = False,
) -> bool:
    """Change the nearest word in reach that is not changed yet; tell whether there was one."""
    reach = {"next": (TARGET_NEXT, 0), "behind": (TARGET_BEHIND, 0), "far": (TARGET_FAR, 0),
             "before": (0, TARGET_BEFORE), "either": (TARGET_BEHIND, TARGET_BEFORE)}[where]
    behind = [each for each in found if index < each.first <= index + reach[0]]
    before = [each for each in reversed(found) if index - reach[1] <= each.last < index]
    for each in [*behind, *before]:
        low, high = sorted((index, each.first))
        if each.changed or (problems and each.word.polarity >= 0) or any(word in HARD for word in words[low + 1:high]):
            continue
        if (not each.word.role and rule != "lacking") or (where == "before" and each.word.group in NOT_COUNTED):
            continue
        each.changed = True
        each.times(factor, rule)
        return True
    return False


def _connect(words: Sequence[str], found: list[_Found], lexicon: Lexicon) -> None:
    rules = lexicon.rules
    index = 0 if rules.contrast.isdisjoint(words) else next(
        (at for at, form in enumerate(words) if form in rules.contrast and at), 0)
    if index:
        for each in found:
            each.times(BEFORE_BUT if each.first < index else AFTER_BUT, "before but" if each.first < index
                       else "after but")
    if any(each.word.polarity * each.factor > 0 for each in found):
        _pass(words, found, rules.past)
    for index, form in [(at, form) for at, form in enumerate(words) if form in rules.conceding]:
        pair = f"{form} {words[index + 1]}" if index + 1 < len(words) else ""
        if form in rules.concession or pair in rules.concession_pairs:
            end = next((at for at in range(index, len(words)) if words[at] in PUNCTUATION), len(words))
            for each in found:
                if index < each.first < end:
                    each.times(CONCEDED, "conceded")


def _pass(words: Sequence[str], found: list[_Found], past: frozenset[str]) -> None:
    for each in found:
        before = words[max(each.first - OVER_REACH, 0):each.first]
        if each.word.role == "problem" and each.word.polarity * each.factor < 0 and not past.isdisjoint(before):
            each.times(OVER, "over")


def _frame(words: Sequence[str], found: list[_Found], lexicon: Lexicon) -> None:
    """Weigh down what is quoted, only possible, or asked."""
    quoted = not QUOTES.isdisjoint(words)
    hedged = not lexicon.rules.hedges.isdisjoint(words)
    asked = words[-1] == "?"
    for each in found:
        if quoted:
            each.times(QUOTED, "quoted")
        if hedged:
            each.times(HEDGED, "hedged")
        if asked:
            each.times(ASKED, "asked")


def _weight(sentence: Sentence, each: _Found) -> Weight:
    start = sentence.starts[each.first]
    end = sentence.starts[each.last] + len(sentence.words[each.last])
    return Weight(start, end, f"{each.word.group}: {each.word.lemma}{each.rules}",
                  each.word.polarity * each.factor, each.word.safety * each.factor)
