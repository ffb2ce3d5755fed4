"""Tokenisers: ways to cut a text into pieces that get a number each."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nnstudio.core.dataset import DataProblem
from nnstudio.core.param import param
from nnstudio.core.tokens import PADDING, SPECIAL, TOKENISERS, UNKNOWN, Tokeniser

PIECES = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]|\n")
SPACED = re.compile(r"\S+|\n")
LOWER_HELP = "Write everything in small letters first: The and the become one token."


class Counted(Tokeniser):
    """Base of tokenisers whose vocabulary is simply the most frequent pieces."""

    def pieces(self, text: str) -> list[str]:
        """Return the pieces of a text in order."""
        raise NotImplementedError

    def fit(self, texts: Iterable[str], size: int) -> dict[str, Any]:
        counts = Counter(piece for text in texts for piece in self.pieces(text))
        common = sorted(counts, key=lambda piece: (-counts[piece], piece))[: size - len(SPECIAL)]
        return {"vocabulary": [*SPECIAL, *common]}

    def encode(self, texts: Sequence[str], state: Mapping[str, Any]) -> list[list[int]]:
        known = {piece: i for i, piece in enumerate(state["vocabulary"])}
        return [[known.get(piece, UNKNOWN) for piece in self.pieces(text)] for text in texts]


@TOKENISERS.entry
class Words(Counted):
    """Cuts at white space: one token per word. Easy to read, but a word that training lacks is unknown.

    A large vocabulary is needed, and run, runs and running have nothing in common. Good for small
    collections of short texts.
    """

    kind = "whitespace"
    title = "Words (white space)"
    joint = " "

    lower: bool = param(True, "Small letters", LOWER_HELP)
    punctuation: bool = param(
        True, "Cut off punctuation", "A full stop or comma is a token of its own, no part of the word."
    )

    def pieces(self, text: str) -> list[str]:
        return (PIECES if self.punctuation else SPACED).findall(text.lower() if self.lower else text)


@TOKENISERS.entry
class Characters(Counted):
    """Every character is a token: a tiny vocabulary, nothing unknown, but long sequences.

    The network has to learn spelling before meaning. The usual choice for a first text generator.
    """

    kind = "characters"
    title = "Characters"

    lower: bool = param(False, "Small letters", LOWER_HELP)

    def pieces(self, text: str) -> list[str]:
        return list(text.lower() if self.lower else text)


class Numbers(Tokeniser):
    """Token ids that come as numbers: each is its own name. No choice for texts, so it is not registered."""

    kind = "numbers"
    title = "Numbers"
    joint = " "

    def fit(self, texts: Iterable[str], size: int) -> dict[str, Any]:
        zero = any("0" in text.split() for text in texts)
        return {"vocabulary": [SPECIAL[PADDING], *map(str, range(0 if zero else 1, size))]}

    def encode(self, texts: Sequence[str], state: Mapping[str, Any]) -> list[list[int]]:
        known = {"0": PADDING} | {word: i for i, word in enumerate(state["vocabulary"])}
        try:
            return [[known[word] for word in text.split() if word.isdecimal()] for text in texts]
        except KeyError as error:
            raise DataProblem(
                f"The token id {error.args[0]} lies beyond the vocabulary, which ends at "
                f"{state['vocabulary'][-1]}: make the vocabulary larger."
            ) from None


class Subwords(Tokeniser):
    """Base of tokenisers that learn parts of words; the library `tokenizers` applies what was learnt."""

    lower: bool = param(False, "Small letters", LOWER_HELP)

    def learn(self, texts: list[str], size: int) -> dict[str, Any]:
        """Return the vocabulary, and what else `build` needs."""
        raise NotImplementedError

    def alphabet(self, texts: list[str]) -> list[str]:
        """Return the smallest pieces, which a vocabulary cannot do without."""
        return sorted({letter for text in texts for letter in text})

    def fit(self, texts: Iterable[str], size: int) -> dict[str, Any]:
        prepared = [text.lower() if self.lower else text for text in texts]
        needed = len(self.alphabet(prepared)) + len(SPECIAL)
        if needed > size:
            raise DataProblem(
                f"The texts need {needed} tokens for single letters alone, more than the "
                f"vocabulary of {size}: make it larger."
            )
        return self.learn(prepared, size)

    def encode(self, texts: Sequence[str], state: Mapping[str, Any]) -> list[list[int]]:
        prepared = [text.lower() if self.lower else text for text in texts]
        return [found.ids for found in _built(self.kind, state).encode_batch(prepared)]

    def decode(self, ids: Sequence[int], state: Mapping[str, Any]) -> str:
        known = [int(i) for i in ids if i != PADDING]
        return str(_built(self.kind, state).decode(known, skip_special_tokens=False))


@TOKENISERS.entry
class BytePairs(Subwords):
    """BPE: starts from characters and joins the most frequent neighbours again and again.

    Frequent words become one token, rare ones are spelt in parts, so hardly anything is unknown. The
    family of GPT. A space before a piece is written ▁. After Sennrich, Haddow and Birch (2016).
    """

    kind = "bpe"
    title = "BPE"

    def learn(self, texts: list[str], size: int) -> dict[str, Any]:
        from tokenizers import Tokenizer, models, trainers

        tokeniser = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN]))
        tokeniser.pre_tokenizer = _spaced()
        trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=list(SPECIAL), show_progress=False)
        tokeniser.train_from_iterator(texts, trainer)
        return {
            "vocabulary": _in_order(tokeniser),
            "merges": json.loads(tokeniser.to_str())["model"]["merges"],
        }


@TOKENISERS.entry
class WordPiece(Subwords):
    """BERT's way: the longest known beginning of a word first, then its rest in pieces marked ##.

    playing becomes play ##ing: related words share a token. A word with a letter that training lacks
    becomes unknown as a whole. After Schuster and Nakajima (2012).
    """

    kind = "wordpiece"
    title = "WordPiece"

    lower: bool = param(True, "Small letters", LOWER_HELP)

    def alphabet(self, texts: list[str]) -> list[str]:
        from tokenizers.pre_tokenizers import BertPreTokenizer

        cut = BertPreTokenizer()
        words = {word for text in texts for word, _ in cut.pre_tokenize_str(text)}
        return sorted({word[0] for word in words} | {f"##{letter}" for word in words for letter in word[1:]})

    def learn(self, texts: list[str], size: int) -> dict[str, Any]:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers

        tokeniser = Tokenizer(models.WordPiece(unk_token=SPECIAL[UNKNOWN]))
        tokeniser.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        # Left to itself the library numbers the letters anew in every run of the program.
        first = [*SPECIAL, *self.alphabet(texts)]
        trainer = trainers.WordPieceTrainer(vocab_size=size, special_tokens=first, show_progress=False)
        tokeniser.train_from_iterator(texts, trainer)
        return {"vocabulary": _in_order(tokeniser)}


@TOKENISERS.entry
class Unigram(Subwords):
    """SentencePiece's way: starts with many pieces and throws out those that are missed least.

    Every text is cut so that its pieces are the most probable together. The family of T5 and ALBERT;
    works for languages without spaces too. After Kudo (2018).
    """

    kind = "unigram"
    title = "Unigram (SentencePiece)"

    def learn(self, texts: list[str], size: int) -> dict[str, Any]:
        # The trainer in `tokenizers` gives other scores in every run of the program; this one does not.
        from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

        written = io.BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=written, model_type="unigram", vocab_size=size,
            hard_vocab_limit=False, character_coverage=1.0, normalization_rule_name="identity",
            remove_extra_whitespaces=False, add_dummy_prefix=False, max_sentence_length=10_000_000,
            pad_id=PADDING, unk_id=UNKNOWN, bos_id=-1, eos_id=-1, pad_piece=SPECIAL[PADDING],
            unk_piece=SPECIAL[UNKNOWN], num_threads=1, minloglevel=3,
        )  # fmt: skip
        model = SentencePieceProcessor(model_proto=written.getvalue())
        ids = range(model.get_piece_size())
        scores = [round(model.get_score(i), 6) for i in ids]
        return {"vocabulary": [model.id_to_piece(i) for i in ids], "scores": scores}


def _spaced() -> Any:
    from tokenizers import pre_tokenizers

    return pre_tokenizers.Metaspace(prepend_scheme="never")


def _in_order(tokeniser: Any) -> list[str]:
    words = tokeniser.get_vocab()
    return sorted(words, key=lambda word: words[word])


def _built(kind: str, state: Mapping[str, Any]) -> Any:
    return _build(
        kind, *(tuple(map(_hashable, state.get(part, ()))) for part in ("vocabulary", "merges", "scores"))
    )


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=4)
def _build(kind: str, words: tuple[str, ...], merges: tuple[Any, ...], scores: tuple[float, ...]) -> Any:
    """Return the library's tokeniser for what was learnt."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    ids = {word: i for i, word in enumerate(words)}
    if kind == "wordpiece":
        tokeniser = Tokenizer(models.WordPiece(ids, unk_token=SPECIAL[UNKNOWN]))
        tokeniser.pre_tokenizer, tokeniser.decoder = pre_tokenizers.BertPreTokenizer(), decoders.WordPiece()
        return tokeniser
    model = (
        models.BPE(ids, list(merges), unk_token=SPECIAL[UNKNOWN])
        if kind == "bpe"
        else models.Unigram(list(zip(words, scores, strict=True)), unk_id=UNKNOWN)
    )
    tokeniser = Tokenizer(model)
    tokeniser.pre_tokenizer, tokeniser.decoder = _spaced(), decoders.Metaspace(prepend_scheme="never")
    return tokeniser
