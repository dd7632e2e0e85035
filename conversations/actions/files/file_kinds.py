"""What was dropped into a chat: text we read, or something that is refused before it is opened."""

from __future__ import annotations

import io
import zipfile
import zlib

LARGEST = 5_000_000  # bytes; the doors take no more either
MOST_LINES = 50_000
_MOST_PACKED = 200  # times smaller than what it unpacks to: more is a bomb
_LOOKED_AT = 4096
_KINDS = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"Rar!", "packed"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"{\\rtf", "rtf"),
)


class NotText(ValueError):
    """The file is not text in any encoding we read; ``kind`` says what it is, where we know."""

    def __init__(self, kind: str = "") -> None:
        super().__init__(kind)
        self.kind = kind


class TooBig(ValueError):
    """The file is larger than we read."""


def decode(data: bytes, *, largest: int = LARGEST) -> str:
    """The text of a file: UTF-8, UTF-16 with a mark, else Windows-1252; of a zip, its only file.

    Raises NotText, TooBig.
    """
    if len(data) > largest:
        raise TooBig
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        data = _unzip(data, largest)
    for mark, kind in _KINDS:
        if data.startswith(mark):
            raise NotText(kind)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:_LOOKED_AT] and not _mostly_text(data[:_LOOKED_AT]):
        raise NotText
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_text(data: bytes) -> str:
    """As ``decode``, and no more lines than we read. Raises NotText, TooBig."""
    text = decode(data)
    if text.count("\n") > MOST_LINES or text.count("\r") > MOST_LINES:
        raise TooBig
    return text


def _mostly_text(data: bytes) -> bool:
    """A stray NUL makes one bad line, not a binary file."""
    return sum(byte < 9 or 13 < byte < 32 for byte in data) * 100 < len(data)


def _unzip(data: bytes, largest: int) -> bytes:
    """The only file of an archive. Raises NotText, TooBig."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if any(one.filename.startswith("xl/") for one in files):
                raise NotText("xlsx")
            if len(files) != 1 or files[0].flag_bits & 1:
                raise NotText("zip")
            (only,) = files
            if only.file_size > largest or only.file_size > _MOST_PACKED * only.compress_size:
                raise TooBig
            with archive.open(only) as packed:
                unpacked = packed.read(largest + 1)  # what the archive says of itself may be untrue
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise NotText("zip") from None
    if len(unpacked) > largest:
        raise TooBig
    return unpacked
