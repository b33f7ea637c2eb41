import socket

import pytest

from deploy.local.errors import StackError
from deploy.local.ports import HOST, OFFSETS, parse_base, port, require_free
from tests.infrastructure import free_base


def test_every_program_has_its_place_behind_the_base() -> None:
    assert [port(8000, name) for name in ("reports", "hotline", "triage", "capacity")] == [8001, 8002, 8003, 8004]
    assert [port(9000, name) for name in ("postgres", "kafka", "controller")] == [9032, 9092, 9093]


def test_a_taken_port_is_named_with_its_program_and_a_way_out() -> None:
    base = free_base()
    with socket.create_server((HOST, port(base, "postgres"))), pytest.raises(StackError) as told:
        require_free(base, "kafka", "postgres")
    assert f"Port {base + 32} (postgres)" in str(told.value)
    assert f"PUNTE_PORT_BASE={base + 1000}" in str(told.value)


def test_a_port_taken_on_all_addresses_is_taken() -> None:
    base = free_base()
    with socket.create_server(("", port(base, "kafka"))), pytest.raises(StackError):
        require_free(base, "kafka")


def test_a_port_that_was_given_back_is_free() -> None:
    base = free_base()
    with socket.create_server((HOST, port(base, "kafka"))):
        pass
    require_free(base, *OFFSETS)


@pytest.mark.parametrize("text", ["", "80", "eight thousand", "-8000", "40000"])
def test_a_base_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(StackError, match="PUNTE_PORT_BASE"):
        parse_base(text)


def test_a_base_in_range_is_read() -> None:
    assert parse_base("9200") == 9200
