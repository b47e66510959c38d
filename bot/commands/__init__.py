"""The commands of `storyroom`, a module each; `bot.__main__` joins them."""
