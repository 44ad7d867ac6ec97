"""Inflect Danish words by rule, so that a lexicon of lemmas meets the forms that stand in texts."""

from __future__ import annotations

from collections.abc import Callable

VOWELS = frozenset("aeiouyæøå")
_ELIDING = ("el", "en", "er")


def _doubled(word: str) -> str:
    """Double a final consonant after one short vowel: ``tryg`` → ``trygg``. The caller knows whether it applies."""
    return word + word[-1]


def _doubles(word: str) -> bool:
    return (
        len(word) > 2 and word[-1] not in VOWELS and word[-1] not in "vjhcqwxz" and word[-2] in VOWELS
        and word[-3] not in VOWELS
    )


def _stems(word: str) -> list[str]:
    """List what an ending may be put to: short words are met with and without a doubled consonant."""
    stems = [word]
    if _doubles(word) and not word.endswith(("ing", "ed", "en", "hed")):
        stems.append(_doubled(word))
    return stems


def _genitives(forms: list[str]) -> list[str]:
    return [*forms, *(form + "s" for form in forms if not form.endswith("s"))]


def _noun(word: str, article: str) -> list[str]:
    forms = [word]
    if word.endswith("hed"):
        forms += [word + end for end in ("en", "er", "erne")]
    elif word.endswith("e"):
        forms += [word + end for end in (article[-1], "r", "rne")]
    else:
        for stem in _stems(word):
            forms += [stem + end for end in (article, "er", "erne", "e", "ene")]
        if word.endswith(_ELIDING) and word[-3] not in VOWELS:
            short = word[:-2] + word[-1]
            forms += [short + end for end in ("e", "er", "erne", "ene", "en", "et")]
        if word.endswith("er"):
            forms += [word + "ne"]
        if word.endswith("um"):
            forms += [word[:-2] + end for end in ("et", "er", "erne")]
    return _genitives(list(dict.fromkeys(forms)))


def common(word: str) -> list[str]:
    """Inflect a noun of common gender: *bande, banden, bander, banderne* and genitives."""
    return _noun(word, "en")


def neuter(word: str) -> list[str]:
    """Inflect a noun of neuter gender: *overfald, overfaldet, overfaldene* and genitives."""
    return _noun(word, "et")


def verb(word: str) -> list[str]:
    """Inflect a weak verb from its infinitive: *true, truer, truede, truet, truende, trues*."""
    stem = word[:-1] if word.endswith("e") else word
    forms = [word, word + "r", word + "s", word + "nde" if word.endswith("e") else word + "ende"]
    for end in ("ede", "edes", "et", "te", "tes", "t"):
        forms.append(stem + end)
    forms.append(stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem)
    return list(dict.fromkeys(forms))


def adjective(word: str) -> list[str]:
    """Inflect an adjective and compare it: *tryg, trygt, trygge, tryggere, tryggest*."""
    if word.endswith(("ende", "ede", "e")):
        return [word, word + "s"]
    forms = [word]
    if word.endswith("et"):
        return [word, word[:-1] + "de", word[:-1] + "des"]
    if not word.endswith(("t", "sk", "s")):
        forms.append(word + "t")
    stems = _stems(word)
    if word.endswith(_ELIDING) and len(word) > 3:
        stems = [word[:-2] + word[-1], word[:-3] + word[-1] if word[-3:-2] == word[-4:-3] else word[:-2] + word[-1]]
    for stem in stems:
        forms += [stem + end for end in ("e", "ere", "est", "este", "es")]
    return list(dict.fromkeys(forms))


def adverb(word: str) -> list[str]:
    """Leave a word that is not inflected as it is."""
    return [word]


BY_CLASS: dict[str, Callable[[str], list[str]]] = {
    "common": common, "neuter": neuter, "verbs": verb, "adjectives": adjective, "words": adverb,
}


def forms(entry: str, word_class: str) -> list[str]:
    """List the forms of one lexicon entry, the lemma first.

    ``entry`` is a lemma, or ``lemma: form form …`` where the rules do not give its forms (strong verbs, umlaut).
    Over-generation is meant: a form that does not exist is never met, a form that is missing is never found.
    """
    lemma, colon, irregular = entry.partition(":")
    lemma = lemma.strip()
    if colon:
        found = [lemma, *irregular.split()]
        return list(dict.fromkeys(_genitives(found) if word_class in ("common", "neuter") else found))
    return BY_CLASS[word_class](lemma)
