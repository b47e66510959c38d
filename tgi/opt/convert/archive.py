"""One file of `torch.save`: a zip of `ROOT/data.pkl` and, stored as they are, `ROOT/data/KEY`.

Only where things lie is read here; no weights are. `ROOT` is the file's name (without its ending) at the
time of saving: a renamed part still says which one it is. Source: caffe2/serialize/inline_container.cc.
"""

from __future__ import annotations

import errno
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tgi.opt.errors import TornPart

__all__ = ["Archive", "Member", "check_sums", "is_sound_at", "open_archive"]

_BLOCK = 1 << 23
_LOCAL = struct.Struct("<4s5H3L2H")
_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
_PICKLE_MOST = 1 << 30
# What zipfile raises for a table of contents that makes no sense.
_NO_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Member:
    """Where one storage lies in the file, in bytes, and the CRC-32 that it should have."""

    offset: int
    size: int
    crc: int


@dataclass(frozen=True)
class Archive:
    """A file of `torch.save` that is whole as far as its table of contents tells."""

    path: Path
    root: str
    pickle: bytes
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """Bytes of all storages."""
        return sum(member.size for member in self.members.values())

    @property
    def sums(self) -> tuple[int, ...]:
        """The CRC-32 of every storage: two files with the same ones hold the same weights."""
        return tuple(member.crc for member in self.members.values())


def open_archive(path: Path) -> Archive:
    """Read the table of contents and the pickle. Raises TornPart; OSError where the file cannot be read."""
    with path.open("rb") as file:
        start = file.read(len(_LEGACY))
        _refuse_other_kinds(path, start)
        length = file.seek(0, 2)
        try:
            with zipfile.ZipFile(file) as zipped:
                return _read(path, file, length, zipped)
        except (*_NO_ZIP, OSError) as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a seek before the beginning
                raise
            raise TornPart(
                f"{path.name} is torn: it ends after {length:,} bytes without a sound table of contents. "
                "Fetch it again."
            ) from error


def check_sums(archive: Archive, progress: Callable[[int], None]) -> None:
    """Read every storage and hold it against its CRC-32; `progress` is told bytes. Raises TornPart."""
    with archive.path.open("rb") as file:
        for key, member in archive.members.items():
            crc = 0
            for block in _blocks(file, member):
                crc = zlib.crc32(block, crc)
                progress(len(block))
            if crc != member.crc:
                raise TornPart(
                    f"{archive.path.name} is damaged: its storage {key} does not have the sum that was "
                    "saved with it. Fetch it again. (A file saved without sums: --no-check-parts.)"
                )


def is_sound_at(archive: Archive, offset: int) -> bool:
    """Whether the storage around a place in the file has its CRC-32."""
    with archive.path.open("rb") as file:
        for member in archive.members.values():
            if member.offset <= offset < member.offset + member.size:
                crc = 0
                for block in _blocks(file, member):
                    crc = zlib.crc32(block, crc)
                return crc == member.crc
    return True


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    if start == _LEGACY:
        raise TornPart(
            f"{path.name} is in the format of PyTorch before 1.6. Load it there and torch.save it again."
        )
    if start[:2] != b"PK":
        begins = "is empty" if not start else f"begins with {start[:4]!r}"
        raise TornPart(f"{path.name} is not a file of torch.save: it {begins}. Fetch it again.")


def _read(path: Path, file: BinaryIO, length: int, zipped: zipfile.ZipFile) -> Archive:
    table = {info.filename: info for info in zipped.infolist()}
    pickles = [name for name in table if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise TornPart(f"{path.name} is a zip, but not a file of torch.save: it has no data.pkl.")
    root = pickles[0].removesuffix("/data.pkl")
    if table[pickles[0]].file_size > _PICKLE_MOST:
        raise TornPart(f"{path.name} has a data.pkl of more than {_PICKLE_MOST:,} bytes: not a checkpoint.")
    order = table.get(f"{root}/byteorder")
    if order is not None and zipped.read(order) != b"little":
        raise TornPart(f"{path.name} was saved on a big-endian machine, which is not converted.")
    storages = f"{root}/data/"
    members = {
        name.removeprefix(storages): _locate(path, file, length, info)
        for name, info in table.items()
        if name.startswith(storages)
    }
    return Archive(path, root, zipped.read(pickles[0]), members)


def _locate(path: Path, file: BinaryIO, length: int, info: zipfile.ZipInfo) -> Member:
    if info.compress_type != zipfile.ZIP_STORED:
        raise TornPart(
            f"{path.name} was packed again: {info.filename} is compressed. Take the file as it came."
        )
    file.seek(info.header_offset)
    # The local header's name and extra field may be longer than the table's: PyTorch pads the latter.
    head = _LOCAL.unpack(file.read(_LOCAL.size))
    offset = info.header_offset + _LOCAL.size + head[-2] + head[-1]
    if head[0] != b"PK\x03\x04" or offset + info.file_size > length:
        raise TornPart(f"{path.name} is torn: {info.filename} is not where the file says. Fetch it again.")
    return Member(offset, info.file_size, info.CRC)


def _blocks(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.offset)
    left = member.size
    while left:
        block = file.read(min(left, _BLOCK))
        if not block:
            raise TornPart(f"{file.name} has become shorter while it was read.")
        left -= len(block)
        yield block
