"""Written scenes: people, what they do, and what must then be visible. `docs/scenes/README.md` is the format.

`format` reads a scene, `play` plays it against the running parts through the API that the page uses too.
"""
