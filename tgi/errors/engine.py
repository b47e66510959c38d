"""Why the local server could not start, or its engine could not do its work."""

from __future__ import annotations

from tgi.errors.base import TgiError


class EngineError(TgiError):
    """The local engine cannot do its work."""


class NoRuntime(EngineError):
    """A package, a system library or a device that the engine needs is missing."""


class UnreadableModel(EngineError):
    """The weights were found and did not load."""


class NoUpstream(EngineError):
    """The server behind this one is not there, is no completions server, or lacks what is needed of it."""


class OtherModel(NoUpstream):
    """The server behind this one has another model than the one that is configured."""


class EngineFailed(EngineError):
    """A generation broke inside the engine."""


class ServeError(TgiError):
    """The local server could not start."""


class PortTaken(ServeError):
    """The wanted address is in use or not ours to bind."""
