"""What a tar on standard input holds, one line a file: kind, permissions, owner, hash or target, and path, sorted."""

import hashlib
import sys
import tarfile
from typing import IO


def main() -> None:
    """Prints the list."""
    sys.stdout.writelines(f"{line}\n" for line in listing(sys.stdin.buffer))


def listing(stream: IO[bytes]) -> list[str]:
    """The lines, by path. Times are left out: an unpacked image has those of its unpacking."""
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        found = [(one.name.removeprefix("./"), _describe(archive, one)) for one in archive]
    return [f"{what} {path}" for path, what in sorted(found)]


def _describe(archive: tarfile.TarFile, one: tarfile.TarInfo) -> str:
    content = archive.extractfile(one) if one.isreg() else None
    what = hashlib.sha256(content.read()).hexdigest() if content else one.linkname or "-"
    return f"{one.type.decode()} {one.mode:04o} {one.uid}:{one.gid} {what}"


if __name__ == "__main__":
    main()
