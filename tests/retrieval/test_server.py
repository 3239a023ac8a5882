import pytest
from qdrant_client import AsyncQdrantClient

from retrieval.errors import IndexMismatch
from retrieval.server import ServerIndex


async def test_a_server_that_has_the_index_keeps_its_identity() -> None:
    client = AsyncQdrantClient(":memory:")
    first = await ServerIndex.open(client, "m", 8)
    again = await ServerIndex.open(client, "m", 8)

    assert await again.identity() == await first.identity()
    await client.close()


async def test_prefixes_are_apart() -> None:
    client = AsyncQdrantClient(":memory:")
    one = await ServerIndex.open(client, "m", 8, prefix="one")
    two = await ServerIndex.open(client, "m", 8, prefix="two")
    kept = await one.identity()
    await two.reset()

    assert await one.identity() == kept != await two.identity()
    await client.close()


async def test_another_embedder_is_refused_or_begins_anew() -> None:
    client = AsyncQdrantClient(":memory:")
    before = await (await ServerIndex.open(client, "m", 8)).identity()

    with pytest.raises(IndexMismatch, match="'m'"):
        await ServerIndex.open(client, "n", 8)
    fresh = await ServerIndex.open(client, "n", 4, reset_on_mismatch=True)

    assert await fresh.identity() != before
    await client.close()


async def test_an_index_that_lost_a_collection_begins_anew() -> None:
    client = AsyncQdrantClient(":memory:")
    before = await (await ServerIndex.open(client, "m", 8)).identity()
    await client.delete_collection("sobmedida_leads")

    assert await (await ServerIndex.open(client, "m", 8)).identity() != before
    await client.close()
