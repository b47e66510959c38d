"""Any server with OpenAI's completions as an engine; the dialects are what each of them has of its own."""

from tgi.server.engine.upstream.engine import Upstream
from tgi.server.engine.upstream.wire import Patience

__all__ = ["Patience", "Upstream"]
