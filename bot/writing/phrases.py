"""Sentences and words in English and Chinese: where texts may be cut, and how they are compared."""

from tgi.prose.phrases import chinese_share, grams, latin_share, length_of, sentence_ends, sentences, units

__all__ = ["chinese_share", "grams", "latin_share", "length_of", "sentence_ends", "sentences", "units"]
