async def test_up(infrastructure, uow, topic_prefix):
    async with uow.begin() as tx:
        assert await tx.fetchval("SELECT $1::jsonb", {"a": [1, "ș"]}) == {"a": [1, "ș"]}
    print(topic_prefix)
