"""Whether a folder is a whole OPT: configuration, index, every file of weights, sums, tokenizer.

Any OPT folder in Hugging Face's layout can be looked at. Every fault is found, not only the first.
"""
