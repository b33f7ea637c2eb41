"""Bad messages among good ones stop nobody and are kept whole, with the reason."""

from base64 import b64decode

from shared.broker import Broker
from shared.db import UnitOfWork
from tests.integration.shared import lab, wire
from tests.integration.shared.models import Counted, Renamed
from tests.integration.shared.wire import Raw

FINE = wire.raw(Counted(number=0))
BIG = b'{"number": 1, "note": "' + b"x" * 900_000 + b'"}'
POISON: dict[str, tuple[Raw, str]] = {
    "broken JSON": (FINE.valued(b'{"number": '), "value is not JSON"),
    "JSON nested without end": (FINE.valued(b"[" * 100_000), "value is not JSON"),
    "bytes that are no text": (FINE.valued(b"\xff\xfe\x00"), "value is not JSON"),
    "another schema": (FINE.valued(b'{"number": "secret"}'), "value does not fit its schema: number (int_parsing)"),
    "no value": (FINE.valued(None), "value is null"),
    "an empty value": (FINE.valued(b""), "value is not JSON"),
    "a value of 900 KB": (FINE.valued(BIG), f"value of {len(BIG)} bytes is larger than 524288"),
    "no type": (FINE.without("ce_type"), "header ce_type is missing"),
    "no id": (FINE.without("ce_id"), "header ce_id is missing"),
    "no headers at all": (Raw(FINE.topic, "k", FINE.value, ()), "header ce_type is missing"),
    "a null header": (FINE.but("ce_subject", None), "header ce_subject is missing"),
    "a header that is not UTF-8": (FINE.but("ce_subject", b"\xff\xfe"), "header ce_subject is not UTF-8"),
    "a header with NUL": (FINE.but("ce_subject", b"a\0b"), "header ce_subject holds NUL"),
    "an id that is none": (FINE.but("ce_id", b"me"), "header ce_id is not a UUID"),
    "a header named with NUL": (FINE.having("a\0b", b"x").valued(b"{"), "value is not JSON"),
}


def with_own_id(record: Raw, number: int) -> Raw:
    """Of a fresh message, unless the record lacks an id or has a bad one."""
    fresh = dict(wire.raw(Counted(number=number)).headers)["ce_id"]
    return record.but("ce_id", fresh) if dict(record.headers).get("ce_id") != b"me" else record


async def test_all_the_bad_are_set_aside_and_all_the_good_handled(uow: UnitOfWork, broker: Broker) -> None:
    mixed: list[Raw] = []
    for number, (bad, _) in enumerate(POISON.values()):
        mixed += [wire.raw(Counted(number=number)), with_own_id(bad, number)]
    await wire.send(broker, *mixed)
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker)):
        await lab.hears(uow, len(POISON))
        await lab.all_published(uow)
    assert await lab.heard(uow) == list(range(len(POISON)))
    assert sorted((await lab.dead(uow)).values()) == sorted(reason for _, reason in POISON.values())
    assert len(await wire.read(broker, lab.DEAD)) == len(POISON)


async def test_a_dead_letter_is_the_message_as_it_came_and_why(uow: UnitOfWork, broker: Broker) -> None:
    sent = [with_own_id(bad, number) for number, (bad, _) in enumerate(POISON.values())]
    await wire.send(broker, *sent)
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker)):
        await lab.dies(uow, len(POISON))
        await lab.all_published(uow)
    letters = await wire.read(broker, lab.DEAD)
    for offset, (bad, letter, (name, (_, reason))) in enumerate(zip(sent, letters, POISON.items(), strict=True)):
        headers = dict(letter.headers)
        assert letter.value == (bad.value or b""), name
        assert headers["dead_reason"].decode() == reason, name
        assert (headers["dead_topic"], headers["dead_key"]) == (b"lab.count", b"k"), name
        assert headers["dead_offset"].decode() == str(offset), name
        assert ("dead_value" in headers) == (bad.value is None), name
        assert [kept(headers, header) for header, _ in bad.headers] == [value for _, value in bad.headers], name


async def test_a_dead_letter_is_keyed_by_the_id_of_the_message(uow: UnitOfWork, broker: Broker) -> None:
    bad = wire.raw(Counted(number=1)).valued(b"{")
    await wire.send(broker, bad)
    async with lab.running(lab.relay(uow, broker), lab.consumer(uow, broker)):
        await lab.dies(uow, 1)
        await lab.all_published(uow)
    assert [letter.key.decode() for letter in await wire.read(broker, lab.DEAD)] == [bad.id]


def kept(letter: dict[str, bytes], name: str) -> bytes | None:
    """What the letter tells of an original header: itself, its base64, or that it was null."""
    name = name.replace("\0", "\u2400")
    if f"{name}.null" in letter:
        return None
    if (encoded := letter.get(f"{name}.base64")) is not None:
        return b64decode(encoded)
    return letter[name]


async def test_a_message_without_a_readable_id_is_known_by_its_place(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, FINE.but("ce_id", b"me"))
    async with lab.running(lab.consumer(uow, broker)):
        [identity] = await lab.dies(uow, 1)
    topic, partition, offset = identity.split("/")
    assert (topic, int(offset)) == ("lab.count", 0)
    assert int(partition) in range(lab.COUNT.partitions)


async def test_a_type_that_nobody_listens_to_is_passed_over(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, wire.raw(Renamed(name="Ana")), wire.raw(Counted(number=1)))
    async with lab.running(lab.consumer(uow, broker)):
        await lab.hears(uow, 1)
    assert await uow.pool.fetchval("SELECT count(*) FROM inbox") == 1


async def test_a_field_newer_than_the_reader_is_passed_over(uow: UnitOfWork, broker: Broker) -> None:
    await wire.send(broker, FINE.valued(b'{"number": 5, "colour": "red", "nested": {"deep": [1]}}'))
    async with lab.running(lab.consumer(uow, broker)):
        await lab.hears(uow, 1)
    assert await lab.heard(uow) == [5]
