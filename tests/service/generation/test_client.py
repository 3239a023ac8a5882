"""One endpoint asked once, over real HTTP: what is sent, what is read, and what is let go of."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest

from evaluation.loopback import served
from service.errors import ModelError, ModelNonsense, ModelRefusedKey, ModelUnreachable
from service.generation.endpoint import Around, Endpoint
from service.generation.mock_model import Answer, MockModel
from service.generation.openai_client import MAX_ANSWER, OpenAIClient
from service.generation.retrying import Retries
from tests.service.generation.endpoints import call
from tests.support import PATIENCE


@asynccontextmanager
async def asker(model: MockModel) -> AsyncIterator[OpenAIClient]:
    async with served(model) as url:
        client = OpenAIClient.at(f"{url}/v1", "test", "mock")
        try:
            yield client
        finally:
            await client.close()


async def until(true: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - the model runs beside us and has no event to wait for
            await asyncio.sleep(0.01)


async def test_an_answer_comes_with_its_tokens() -> None:
    model = MockModel(script=[Answer("Olá, café.")])
    async with asker(model) as client:
        made = await client.ask(call("Escreva sobre café."))
    assert (made.text, made.model, made.output_tokens) == ("Olá, café.", "mock", 2) and made.input_tokens > 0
    assert "stream" not in model.requests[0]


async def test_a_streamed_answer_is_heard_in_pieces_and_comes_whole() -> None:
    text, heard = "Á água a 92 °C. " * 10, list[str]()
    model = MockModel(script=[Answer(text)])
    async with asker(model) as client:
        streamed = await client.ask(call(heard=heard.append))
        whole = await client.ask(call())
    assert streamed == whole and len(heard) > 5 and "".join(heard) == text
    assert model.requests[0]["stream_options"] == {"include_usage": True}


async def test_pieces_are_heard_before_the_answer_ends() -> None:
    heard = asyncio.Event()
    async with asker(MockModel(script=[Answer("x" * 1000, trickle=0.001)])) as client:
        asking = asyncio.create_task(client.ask(call(heard=lambda _: heard.set())))
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
        assert not asking.done()
        asking.cancel()


async def test_an_endpoint_that_does_not_stream_is_heard_at_the_end() -> None:
    body = orjson.dumps({"choices": [{"message": {"content": "inteiro"}}], "model": "m"})
    heard = list[str]()
    async with asker(MockModel(script=[Answer(body=body)])) as client:
        assert (await client.ask(call(heard=heard.append))).text == "inteiro"
    assert heard == ["inteiro"]


async def test_what_an_endpoint_refuses_is_not_asked_again() -> None:
    def respond(request: dict[str, Any]) -> Answer:
        for refused in ("stream_options", "response_format"):
            known = request.get(refused) in ({"type": "text"}, None)
            if not known:
                return Answer(status=400, body=orjson.dumps({"error": {"message": f"{refused}: unknown"}}))
        return Answer("feito")

    model = MockModel(respond=respond)
    async with asker(model) as client:
        first = client.shape()
        assert (await client.ask(call(heard=lambda _: None))).text == "feito"
        assert len(model.requests) == 4
        await client.ask(call(heard=lambda _: None))
        assert len(model.requests) == 5 and client.shape() != first


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("1.5", 2),
        ("0", 1),
        ("in 1000 s, as a date", 1000),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("9" * 400, None),
        ("Sun, 99 Nov 2026 99:99:99 GMT", None),
    ],
)
async def test_retry_after_is_read_in_either_form(header: str, seconds: int | None) -> None:
    if header.startswith("in 1000"):
        header = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    async with asker(MockModel(script=[Answer(status=429, body=b"{}", headers=[("Retry-After", header)])])) as client:
        with pytest.raises(ModelUnreachable) as caught:
            await client.ask(call())
    told = caught.value.retry_after
    assert told == seconds or (seconds == 1000 and told is not None and 900 <= told <= 1001)


HUGE = orjson.dumps({"choices": [{"message": {"content": "x" * (10 << 20)}}]})
PART = b'data: {"choices": [{"delta": {"content": "oi"}}]}\n\n'
EVENTS = [("content-type", "text/event-stream")]


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (Answer(body=HUGE), ModelNonsense, "longer"),
        (Answer(body=gzip.compress(HUGE), headers=[("content-encoding", "gzip")]), ModelNonsense, "longer"),
        (Answer("x" * (MAX_ANSWER + 1)), ModelNonsense, "longer"),
        (Answer(status=500, body=b"x" * (10 << 20)), ModelUnreachable, "500"),
        (Answer(status=408), ModelUnreachable, "408"),
        (Answer(status=401), ModelRefusedKey, "OPENAI_API_KEY"),
        (Answer(status=404), ModelError, "OPENAI_MODEL"),
        (Answer("half of an answer", drop_after=40), ModelUnreachable, "broke off"),
        (Answer("nothing of an answer", drop=True), ModelUnreachable, "broke off"),
        (Answer(body=b"<html>"), ModelNonsense, "not a chat completion"),
        (Answer(body=b'{"choices": []}'), ModelNonsense, "no answer"),
    ],
)
async def test_what_goes_wrong_is_told_in_our_words(
    answer: Answer, error: type[ModelError], said: str, streams: bool
) -> None:
    async with asyncio.timeout(PATIENCE), asker(MockModel(script=[answer])) as client:
        with pytest.raises(error, match=said) as caught:
            await client.ask(call(heard=(lambda _: None) if streams else None))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (PART, ModelUnreachable),  # ends without an end
        (PART + b'data: {"error": {"message": "out of memory"}}\n\n', ModelUnreachable),
        (b"data: not json\n\n", ModelNonsense),
        (b"data: " + b"x" * (MAX_ANSWER + 20_000), ModelNonsense),
        (b": hello\n\n" * (2 << 20), ModelNonsense),
    ],
)
async def test_a_stream_that_goes_wrong(body: bytes, error: type[ModelError]) -> None:
    async with served(_raw(body)) as url:
        client = OpenAIClient.at(f"{url}/v1", None, "mock")
        with pytest.raises(error):
            await client.ask(call(heard=lambda _: None))
        await client.close()


async def test_a_refusal_is_an_empty_text_with_its_tokens() -> None:
    body = {"choices": [{"message": {"content": "x", "refusal": "no"}}], "usage": {"prompt_tokens": 9}}
    async with asker(MockModel(script=[Answer(body=orjson.dumps(body))])) as client:
        made = await client.ask(call())
    assert (made.text, made.input_tokens) == ("", 9)


@pytest.mark.parametrize("answer", [Answer(hang=True), Answer("x" * 10_000, trickle=0.05)])
@pytest.mark.parametrize("streams", [False, True])
async def test_a_caller_who_leaves_hangs_up_and_frees_the_slot(answer: Answer, streams: bool) -> None:
    model = MockModel(respond=lambda _: answer if len(model.requests) == 1 else Answer("depois"))
    async with asker(model) as client:
        endpoint = Endpoint(client, Around(), retries=Retries(1), concurrency=1)
        asking = asyncio.create_task(endpoint.complete(call(heard=(lambda _: None) if streams else None), fresh=False))
        await until(lambda: model.busy == 1)
        asking.cancel()
        await until(lambda: model.left == 1)
        async with asyncio.timeout(PATIENCE):
            assert (await endpoint.complete(call(), fresh=False)).text == "depois"
    assert asking.cancelled()


@pytest.mark.parametrize("streams", [False, True])
async def test_a_byte_a_second_does_not_outlast_the_time_out(streams: bool) -> None:
    model = MockModel(script=[Answer("x" * 100_000, trickle=0.05)])
    async with asker(model) as client, asyncio.timeout(PATIENCE):
        endpoint = Endpoint(client, Around(), retries=Retries(1))
        with pytest.raises(ModelUnreachable, match="did not answer within"):
            await endpoint.complete(call(seconds=2, heard=(lambda _: None) if streams else None), fresh=False)
        await until(lambda: model.left == 1)


def _raw(body: bytes) -> Any:
    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": body})

    return app
