import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import stack
from tests.infrastructure import free_base


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A state folder that nobody else may enter, as below a closed home; what runs in it is ended."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        yield folder
        stack.down(folder)


@pytest.fixture(scope="module")
def base() -> int:
    return free_base()
