"""Where each program of a stack listens: fixed offsets from one base, on the loopback address only."""

import socket

from deploy.local.errors import StackError

HOST = "127.0.0.1"
OFFSETS = {"reports": 1, "hotline": 2, "triage": 3, "capacity": 4, "postgres": 32, "kafka": 92, "controller": 93}
BASES = range(2000, 32_600)  # above, the kernel hands ports out to outgoing connections


def port(base: int, name: str) -> int:
    return base + OFFSETS[name]


def parse_base(text: str) -> int:
    if not text.isdecimal() or int(text) not in BASES:
        raise StackError(f"PUNTE_PORT_BASE is {text!r}: give a number from {BASES[0]} to {BASES[-1]}, such as 8000.")
    return int(text)


def require_free(base: int, *names: str) -> None:
    """Raise StackError naming the first of these ports that somebody listens on."""
    for name in names:
        if is_taken(port(base, name)):
            raise StackError(
                f"Port {port(base, name)} ({name}) is taken by another program: "
                f"end it, or choose other ports, e.g. PUNTE_PORT_BASE={base + 1000}."
            )


def is_taken(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed connection's remains do not count
        try:
            probe.bind((HOST, number))
        except OSError:
            return True
    return False
