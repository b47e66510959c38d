"""Everything that can go wrong on the model side, each with a text that is safe and plain to show.

Texts name what failed and what to do next; they never carry prompts, keys or tracebacks. The server turns a
`RequestError` into TGI's own status and body; the client turns every foreign failure into a `ClientError`.

    TgiError
    ├── WeightsError                 the local model's weights could not be had
    │   ├── NotFetched               nothing is in the cache
    │   ├── NoIndex                  the package index has no such package, or none is configured
    │   ├── NoNetwork                the package index could not be reached
    │   ├── WrongSum                 the file is not the one that is named
    │   └── NoSpace                  the disk is full or may not be written
    ├── EngineError                  the local engine cannot do its work
    │   ├── NoRuntime                a package, library or device that the engine needs is missing
    │   ├── UnreadableModel          the weights do not load
    │   ├── NoUpstream               the server behind this one cannot be used
    │   │   └── OtherModel           it serves another model than the one that is configured
    │   └── EngineFailed             a generation broke inside the engine
    ├── ServeError                   the local server could not start
    │   └── PortTaken
    ├── RequestError                 what the server answers instead of a generation
    │   ├── InvalidInput             422 validation
    │   ├── TooManyPrompts           422 batch size exceeded
    │   ├── NoSuffix                 422 suffix not supported
    │   ├── BrokenTemplate           422 template_error
    │   ├── RefusedTool              422 tool_error
    │   ├── TooBusy                  429 overloaded
    │   ├── FailedGeneration         424 generation
    │   ├── IncompleteGeneration     500 incomplete_generation
    │   │   └── IncompleteStream     incomplete_generation_stream, seen in a stream only
    │   └── Unhealthy                503 healthcheck
    └── ClientError                  what a caller of a TGI server meets
        ├── Unreachable              no connection could be made, or it broke before an answer
        ├── NoEndpoint               none of the servers may be asked: failing, drained, of another model
        ├── TimedOut                 a limit on waiting passed; `phase` says which
        ├── Overloaded               429: the server has no free place
        ├── Refused                  422: the server's words, with its error_type
        ├── Unauthorized             401: the key is missing or wrong
        ├── GenerationFailed         424, 500, or an error frame in a stream
        ├── BrokenStream             a stream ended early or turned into something else
        └── UnexpectedAnswer         not the answer of a TGI server

The OPT tools and the evaluation draw theirs under the same base: `tgi.opt.errors`, `tgi.evaluation.errors`.
"""

from tgi.errors.base import TgiError
from tgi.errors.client import (
    BrokenStream,
    ClientError,
    GenerationFailed,
    NoEndpoint,
    Overloaded,
    Phase,
    Refused,
    TimedOut,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from tgi.errors.engine import (
    EngineError,
    EngineFailed,
    NoRuntime,
    NoUpstream,
    OtherModel,
    PortTaken,
    ServeError,
    UnreadableModel,
)
from tgi.errors.request import (
    BrokenTemplate,
    FailedGeneration,
    IncompleteGeneration,
    IncompleteStream,
    InvalidInput,
    NoSuffix,
    RefusedTool,
    RequestError,
    TooBusy,
    TooManyPrompts,
    Unhealthy,
)
from tgi.errors.weights import NoIndex, NoNetwork, NoSpace, NotFetched, WeightsError, WrongSum

__all__ = [
    "BrokenStream",
    "BrokenTemplate",
    "ClientError",
    "EngineError",
    "EngineFailed",
    "FailedGeneration",
    "GenerationFailed",
    "IncompleteGeneration",
    "IncompleteStream",
    "InvalidInput",
    "NoEndpoint",
    "NoIndex",
    "NoNetwork",
    "NoRuntime",
    "NoSpace",
    "NoSuffix",
    "NoUpstream",
    "NotFetched",
    "OtherModel",
    "Overloaded",
    "Phase",
    "PortTaken",
    "Refused",
    "RefusedTool",
    "RequestError",
    "ServeError",
    "TgiError",
    "TimedOut",
    "TooBusy",
    "TooManyPrompts",
    "Unauthorized",
    "UnexpectedAnswer",
    "Unhealthy",
    "Unreachable",
    "UnreadableModel",
    "WeightsError",
    "WrongSum",
]
