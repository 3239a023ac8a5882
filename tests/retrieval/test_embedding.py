import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.embedding import BUNDLED_DIMENSIONS, HashEmbedder, SentenceTransformerEmbedder, bundled_model


async def test_hashed_texts_that_share_words_are_near() -> None:
    one, near, far = await HashEmbedder(128).embed(["tênis azul de corrida", "Tenis de corrida", "bolo com cobertura"])

    assert one @ near > 0.7
    assert one @ far < 0.4


async def test_hashed_vectors_are_the_same_everywhere_and_of_length_one() -> None:
    vectors = await HashEmbedder(8).embed(["sob medida", "", "!"])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors.dtype == np.float32
    assert vectors[0] == pytest.approx((await HashEmbedder(8).embed(["sob medida"]))[0])
    assert (await HashEmbedder(8).embed([])).shape == (0, 8)


def test_importing_the_room_loads_no_model_library() -> None:
    program = "import sys, retrieval.embedding, retrieval.search; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False).returncode == 0


async def test_the_bundled_model_agrees_with_the_library() -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Uma oferta sob medida.", "", "Frete grátis " * 200, "Shoes for running", "tênis"] * 9
    plain = SentenceTransformer(str(bundled_model()), device="cpu").encode(texts, normalize_embeddings=True)
    embedder = SentenceTransformerEmbedder()

    vectors, (single,) = await asyncio.gather(embedder.embed(texts), embedder.embed(["tênis"]))

    assert vectors.shape == (45, BUNDLED_DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (vectors * plain).sum(axis=1).min() > 0.995
    assert single @ vectors[4] == pytest.approx(1, abs=1e-3)
    await embedder.close()
    assert (await embedder.embed(["tênis"]))[0] @ single == pytest.approx(1)  # from memory: the thread is gone


async def test_the_same_model_by_its_folder_goes_through_the_library_and_agrees() -> None:
    named, bundled = SentenceTransformerEmbedder(bundled_model()), SentenceTransformerEmbedder()
    texts = ["Uma oferta sob medida.", "Frete grátis para Sul e Sudeste"]

    assert (await named.embed(texts) * await bundled.embed(texts)).sum(axis=1).min() > 0.999
    assert named.dimensions == BUNDLED_DIMENSIONS
    await named.close()
    await bundled.close()


async def test_a_model_that_is_not_there_fails_every_caller_and_can_be_asked_again(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(tmp_path / "nowhere")

    for _ in range(2):
        with pytest.raises(Exception, match="nowhere"):
            await embedder.embed(["x"])
    await embedder.close()
