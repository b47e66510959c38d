"""Server-sent events out of bytes that arrive in any pieces.

Reads what TGI and the proxies before it send: `data:` with or without its space, LF or CRLF, comments,
several `data:` lines in an event, a last event without its blank line. Does not know what the payloads
mean. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

from collections import deque

from tgi.errors import BrokenStream

LARGEST_EVENT = 8 * 1024 * 1024


class EventReader:
    """Feed it bytes, take payloads; an event over `largest` bytes raises `BrokenStream`."""

    def __init__(self, largest: int = LARGEST_EVENT) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._searched = 0
        self._lines: list[bytes] = []
        self._size = 0
        self._payloads: deque[str] = deque()

    def feed(self, piece: bytes) -> None:
        """Take in the next bytes of the stream."""
        self._buffer += piece
        start = 0
        while (end := self._buffer.find(b"\n", max(start, self._searched))) >= 0:
            self._take_line(bytes(self._buffer[start:end]).removesuffix(b"\r"))
            start = end + 1
        del self._buffer[:start]
        self._searched = len(self._buffer)
        if len(self._buffer) + self._size > self._largest:
            raise BrokenStream(f"one event is larger than {self._largest} bytes")

    def end(self) -> None:
        """Say that no more bytes come: what is pending becomes the last event."""
        if self._buffer:
            self._take_line(bytes(self._buffer).removesuffix(b"\r"))
            self._buffer.clear()
        self._take_line(b"")

    def next_payload(self) -> str | None:
        """Return the oldest payload not yet taken, or None until more is fed."""
        return self._payloads.popleft() if self._payloads else None

    def _take_line(self, line: bytes) -> None:
        if not line:
            self._finish_event()
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._lines.append(value.removeprefix(b" "))
            self._size += len(value)

    def _finish_event(self) -> None:
        payload = b"\n".join(self._lines)
        self._lines.clear()
        self._size = 0
        if not payload:
            return
        try:
            self._payloads.append(payload.decode())
        except UnicodeDecodeError:
            raise BrokenStream("one event is not UTF-8") from None
