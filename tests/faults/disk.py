"""A disk that can be full: a database on a file system of a few megabytes, where the machine lets us mount one."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage, rmtree
from tempfile import mkdtemp
from urllib.parse import urlsplit

import asyncpg

from deploy.local.postgres import hand_over

SIZE = "2g"


@dataclass(frozen=True)
class SmallDisk:
    """The ballast takes what is left."""

    folder: Path

    def fill(self) -> None:
        with (self.folder / "ballast").open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, disk_usage(self.folder).free)

    def empty(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)


@asynccontextmanager
async def small_disk(dsn: str, superuser: str) -> AsyncIterator[SmallDisk | None]:
    """Moves the database of `dsn`, to which nobody is connected, onto it; None where mounting is not allowed."""
    folder = Path(mkdtemp(prefix="punte-disk-"))
    mounted = await asyncio.to_thread(mount, folder)
    try:
        if mounted:
            hand_over(folder)
            await move(urlsplit(dsn).path.strip("/"), folder, superuser)
        yield SmallDisk(folder) if mounted else None
    finally:
        if mounted:
            await asyncio.to_thread(unmount, folder)
        rmtree(folder)


def mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", folder], check=True)


async def move(database: str, folder: Path, superuser: str) -> None:
    connection = await asyncpg.connect(superuser)
    await connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
    await connection.execute(f'ALTER DATABASE "{database}" SET TABLESPACE small')
    await connection.close()
