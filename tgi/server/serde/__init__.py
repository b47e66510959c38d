"""serde_json's words for a body that is no request: what is wrong, in which field, at which line and column.

Sources: serde 1.0.219 and its derive, serde_json 1.0.140, serde_path_to_error 0.1.17, of which the router is
built. serde reads a body once and tells of what comes first; here a body that is no JSON is told of as that.
"""

from tgi.server.serde.shape import shape
from tgi.server.serde.syntax import after_the_end, is_no_json, syntax

__all__ = ["after_the_end", "is_no_json", "shape", "syntax"]
