"""Tie a process to the life of the demo: ask to be killed with the parent, then become the command.

    python leash.py PARENT_PID COMMAND [ARGUMENT ...]

Linux alone can do this (prctl(2), PR_SET_PDEATHSIG, kept over execve(2)); elsewhere the next start ends what
is left. It imports the standard library only, so that it costs milliseconds.
"""

from __future__ import annotations

import os
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_SIGKILL = 9  # nothing is kept between demos, and a process that hangs must go too


def main(arguments: list[str]) -> None:
    """Become the command, unless the parent is gone already."""
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - needless elsewhere

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the request
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
