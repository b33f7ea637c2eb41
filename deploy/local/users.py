"""Running a program as another user, as PostgreSQL demands of root."""

import ctypes
import os
import struct
from collections.abc import Callable
from functools import partial
from typing import TypedDict

PR_SET_SECUREBITS, NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


class AsUser(TypedDict, total=False):
    preexec_fn: Callable[[], None]


def as_user(user: int | None) -> AsUser:
    """Arguments of a new process that is to be `user`, or the one who asks."""
    return {} if user is None else {"preexec_fn": partial(become, user)}


def become(user: int) -> None:
    """Be `user` from here on, yet keep root's way through closed folders (capabilities(7), where Linux has them): the
    project, its packages and its state may lie below a home that nobody else may enter."""
    libc = ctypes.CDLL(None)
    # Otherwise setuid() takes every capability, and access() answers as if there were none.
    keeps = hasattr(libc, "capset") and libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    if keeps:
        mask = 1 << CAP_DAC_OVERRIDE
        header, sets = struct.pack("=Ii", CAPABILITY_VERSION_3, 0), struct.pack("=6I", mask, mask, mask, 0, 0, 0)
        libc.capset(header, sets)
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)
