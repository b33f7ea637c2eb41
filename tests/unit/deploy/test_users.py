"""Another user's program finds its way where root's does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.users import as_user

NOBODY = 65534
ASK = "import os, sys; print(os.getuid(), os.access(sys.argv[1], os.X_OK))"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_another_user_still_passes_through_closed_folders(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    program = closed / "program"
    program.touch(mode=0o755)
    asked = subprocess.run(
        [sys.executable, "-c", ASK, program], check=False, capture_output=True, text=True, **as_user(NOBODY)
    )
    assert asked.stdout.split() == [str(NOBODY), "True"], asked.stderr


def test_without_another_user_nothing_changes() -> None:
    assert as_user(None) == {}
