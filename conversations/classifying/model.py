"""Which intents a sentence is most like: word and letter pieces, weighed by logistic regression.

TF-IDF of words (1–2) and of letters within words (2–4), then logistic regressions, one intent
against all others, whose probabilities are scaled to sum to one (scikit-learn). The phrases are
few and fixed, so learning comes to the same every time, and what was learnt can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from conversations.classifying.pieces import Pieces, Weights, letters, words

LONGEST = 200  # characters of a sentence that are looked at
PENALTY, ROUNDS, SEED = 1e-5, 8, 0  # ridge, passes over the phrases, order of the phrases
LARGEST = 30.0  # score whose logistic is 1 to machine precision, near enough
COMMON = 10  # intents from which a word that they share tells nothing
ONCE_IN = 3  # phrases, at least, that a run of letters must occur in
FOREIGN = "none"  # the class of what is not about us
NAMES = {  # a name stands for any other, so that no single company is learnt
    "apple", "tesla", "nvidia", "microsoft", "coke", "amazon", "google", "netflix", "ibm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likely:
    """An intent, or a class that is none, and how probable it is that it was meant."""

    name: str
    chance: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """What learning comes to. ``weights``: (pieces, names), words before letters."""

    names: tuple[str, ...]
    words: tuple[str, ...]  # the pieces that are known
    letters: tuple[str, ...]
    plain: tuple[str, ...]  # words that many intents use: they tell nothing
    meaning: tuple[str, ...]  # words that intents use and that do
    words_rarity: Weights
    letters_rarity: Weights
    weights: Weights
    intercept: Weights


class Classifier:
    """Says what a sentence is most like, by what was learnt."""

    def __init__(self, learnt: Learnt) -> None:
        self.learnt = learnt
        self._words = Pieces(words, learnt.words, learnt.words_rarity, damped=True)
        self._letters = Pieces(letters, learnt.letters, learnt.letters_rarity, damped=False)
        self._plain, self._meaning = frozenset(learnt.plain), frozenset(learnt.meaning)

    def familiarity(self, text: str) -> float:
        """The share of the words that carry meaning which the phrases of intents know; 1 if none.

        A word carries meaning unless many intents use it ("show", "my", "the").
        """
        words_of = [word for word in plain(text).split() if word not in self._plain]
        return sum(word in self._meaning for word in words_of) / len(words_of) if words_of else 1.0

    def guess(self, text: str) -> tuple[Likely, ...]:
        """All classes, the likeliest first."""
        said, learnt = plain(text), self.learnt
        of_words, by_words = self._words.weigh(said)
        of_letters, by_letters = self._letters.weigh(said)
        rows = np.concatenate([of_words, of_letters + len(learnt.words)])
        scores = np.concatenate([by_words, by_letters]) @ learnt.weights[rows] + learnt.intercept
        odds = 1.0 / (1.0 + np.exp(-np.clip(scores, -LARGEST, LARGEST)))
        chances = odds / odds.sum()
        ranked = sorted(zip(learnt.names, chances, strict=True), key=lambda one: (-one[1], one[0]))
        return tuple(Likely(name, float(chance)) for name, chance in ranked)


def learn(phrases: Mapping[str, Sequence[str]]) -> Learnt:
    """What ``phrases``, by the name of what they ask for, teach; always the same."""
    # Loading the library takes a second: only who learns pays for it.
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    said = [plain(one) for phrases_of in phrases.values() for one in phrases_of]
    meant = [name for name, phrases_of in phrases.items() for _ in phrases_of]
    by_words = TfidfVectorizer(analyzer=words, sublinear_tf=True, dtype=np.float32)
    by_letters = TfidfVectorizer(analyzer=letters, min_df=ONCE_IN, dtype=np.float32)
    found = [one.fit_transform(said) for one in (by_words, by_letters)]
    # One logistic regression an intent, by stochastic descent: a fifth of the time of a joint one
    # (lbfgs) on a hundred intents, and no less often right.
    model = SGDClassifier(
        loss="log_loss", alpha=PENALTY, max_iter=ROUNDS, tol=None, random_state=SEED
    )
    model.fit(hstack(found, format="csr"), meant)
    common, meaning = _content(phrases)
    return Learnt(
        names=tuple(str(name) for name in model.classes_),
        words=tuple(by_words.get_feature_names_out().tolist()),
        letters=tuple(by_letters.get_feature_names_out().tolist()),
        plain=tuple(sorted(common)),
        meaning=tuple(sorted(meaning)),
        words_rarity=by_words.idf_,
        letters_rarity=by_letters.idf_,
        weights=np.ascontiguousarray(model.coef_.T),
        intercept=model.intercept_,
    )


def _content(phrases: Mapping[str, Sequence[str]]) -> tuple[set[str], set[str]]:
    """The words that many intents use, and those that carry meaning."""
    used: dict[str, set[str]] = {}
    for name, said in phrases.items():
        for word in {word for one in said for word in plain(one).split()}:
            used.setdefault(word, set()).add(name)
    common = {word for word, by in used.items() if len(by) > COMMON}
    return common, {word for word, by in used.items() if by - {FOREIGN}} - common


def plain(text: str) -> str:
    """``text`` as the model sees it: lower case, numbers and well-known names masked."""
    words = "".join(one if one.isalnum() or one in "'%$" else " " for one in text[:LONGEST])
    return " ".join(_masked(word) for word in words.lower().split())


def _masked(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return "0"
    return "acme" if word.removesuffix("'s") in NAMES else word.replace("'", "")
