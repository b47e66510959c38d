"""What prose is made of, in English and Chinese: sentences, units of length, n-grams, the names of people.

Pure, and rough on purpose: punctuation and scripts, no model of a language. The writer and the measures share
it, so that both count the same things.
"""
