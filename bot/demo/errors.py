"""What can go wrong in the demo, drawn as one tree; every text is plain, and says what to do.

    DemoError
    ├── AlreadyRunning         another demo has the folder
    ├── PartFailed             a part did not start, or died and may not be started again
    └── SceneError             about a written scene
        ├── SceneUnreadable    a line is not in the scene format, or the file cannot be read
        └── SceneBroken        something the scene says does not hold

The demo imports nothing of the bot, so this tree is its own.
"""

from __future__ import annotations


class DemoError(Exception):
    """The base: its text is shown as it is."""


class AlreadyRunning(DemoError):
    """Another demo has the folder."""


class PartFailed(DemoError):
    """A part did not start, or died and may not be started again."""


class SceneError(DemoError):
    """Something about a written scene; `where` is FILE:LINE."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class SceneUnreadable(SceneError):
    """A line is not in the scene format, or the file cannot be read."""


class SceneBroken(SceneError):
    """Something the scene says does not hold."""
