"""Files that a person's client sent ahead: values of attachment options and of file uploads in modals."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Uploaded"]


@dataclass(frozen=True)
class Uploaded:
    """A file that `user_id` sent at `created` (seconds since 1970), with its bytes."""

    id: str
    user_id: str
    created: float
    filename: str
    content_type: str
    content: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"/attachments/ephemeral/{self.id}/{self.filename}"
