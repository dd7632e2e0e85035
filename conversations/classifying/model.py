"""Which intents a sentence is most like: word and letter pieces, weighed by logistic regression.

TF-IDF of words (1–2) and of letters within words (2–4), then logistic regressions, one intent
against all others, whose probabilities are scaled to sum to one (scikit-learn). The phrases are
few and fixed, so the model is trained when it is first needed, in about a second, and is the same
every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import hstack

LONGEST = 200  # characters of a sentence that are looked at
PENALTY, ROUNDS, SEED = 1e-5, 8, 0  # ridge, passes over the phrases, order of the phrases
LARGEST = 30.0  # score whose logistic is 1 to machine precision, near enough
COMMON = 10  # intents from which a word that they share tells nothing
FOREIGN = "none"  # the class of what is not about us
NAMES = {  # a name stands for any other, so that no single company is learnt
    "apple", "tesla", "nvidia", "microsoft", "coke", "amazon", "google", "netflix", "ibm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """An intent, or a class that is none, and how probable it is that it was meant."""

    name: str
    chance: float


class Classifier:
    """Learnt from phrases by the name of what they ask for; deterministic."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        # Loading the library takes longer than learning: only who meets a riddle pays for it.
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import SGDClassifier

        said = [plain(one) for phrases_of in phrases.values() for one in phrases_of]
        meant = [name for name, phrases_of in phrases.items() for _ in phrases_of]
        words = TfidfVectorizer(
            ngram_range=(1, 2),
            token_pattern=r"\S+",  # noqa: S106 - no password
            sublinear_tf=True,
            dtype=np.float32,
        )
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), min_df=3, dtype=np.float32
        )
        self._pieces = (words, letters)
        # One logistic regression an intent, by stochastic descent: a fifth of the time of a joint
        # one (lbfgs) on a hundred intents, and no less often right.
        model = SGDClassifier(
            loss="log_loss", alpha=PENALTY, max_iter=ROUNDS, tol=None, random_state=SEED
        )
        model.fit(hstack([one.fit_transform(said) for one in self._pieces], format="csr"), meant)
        self._names = tuple(str(name) for name in model.classes_)
        self._weights = np.ascontiguousarray(model.coef_.T)  # a row for each piece
        self._intercept = model.intercept_
        self._known = _content(phrases)

    def familiarity(self, text: str) -> float:
        """The share of the words that carry meaning which the phrases of intents know; 1 if none.

        A word carries meaning unless many intents use it ("show", "my", "the").
        """
        words = [word for word in plain(text).split() if word not in self._known.plain]
        return sum(word in self._known.meaning for word in words) / len(words) if words else 1.0

    def guess(self, text: str) -> tuple[Likely, ...]:
        """All classes, the likeliest first."""
        found = hstack([one.transform([plain(text)]) for one in self._pieces], format="csr")
        scores = found.data @ self._weights[found.indices] + self._intercept
        odds = 1.0 / (1.0 + np.exp(-np.clip(scores, -LARGEST, LARGEST)))
        chances = odds / odds.sum()
        ranked = sorted(zip(self._names, chances, strict=True), key=lambda one: (-one[1], one[0]))
        return tuple(Likely(name, float(chance)) for name, chance in ranked)


@dataclass(frozen=True, slots=True)
class _Words:
    plain: frozenset[str]  # used by many intents: they tell nothing
    meaning: frozenset[str]


def _content(phrases: Mapping[str, Sequence[str]]) -> _Words:
    used: dict[str, set[str]] = {}
    for name, said in phrases.items():
        for word in {word for one in said for word in plain(one).split()}:
            used.setdefault(word, set()).add(name)
    common = {word for word, by in used.items() if len(by) > COMMON}
    meaning = {word for word, by in used.items() if by - {FOREIGN}} - common
    return _Words(frozenset(common), frozenset(meaning))


def plain(text: str) -> str:
    """``text`` as the model sees it: lower case, numbers and well-known names masked."""
    words = "".join(letter if letter.isalnum() or letter in "'%$" else " " for letter in text)
    return " ".join(_masked(word) for word in words[:LONGEST].lower().split())


def _masked(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return "0"
    return "acme" if word.removesuffix("'s") in NAMES else word.replace("'", "")
