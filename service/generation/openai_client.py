"""Asks any OpenAI-compatible endpoint once, and says in our own words what went wrong."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx2
import openai

from service.errors import ModelError, ModelNonsense, ModelRefusedKey, ModelUnreachable
from service.generation.client import Call, Completion, Listener, whole_seconds
from service.generation.completions import EventReader, body, whole

MAX_ANSWER = 2 << 20  # bytes; eight e-mail variants take 20 kB
MAX_STREAM = 8 * MAX_ANSWER  # each token of a stream comes in 200 bytes of its own
MAX_ERROR = 64 << 10
FORMS = ("json_schema", "json_object", "text")
_PASSING = frozenset({408, 409, 429})
_LONGEST_WAIT = 366 * 86_400


class OpenAIClient:
    """One model at one endpoint, through the `openai` client.

    Structured output is asked for in the strongest form that the endpoint takes: a JSON schema, then any JSON object,
    then plain text. What it refused once is not asked again.
    """

    def __init__(self, client: openai.AsyncOpenAI, model: str) -> None:
        self.model = model
        self.host = client.base_url.host
        self._client = client
        self._forms: Sequence[str] = FORMS
        self._counted = True

    @classmethod
    def at(cls, base_url: str | None, key: str | None, model: str) -> OpenAIClient:
        """The model at that URL, or at OpenAI's own."""
        return cls(
            openai.AsyncOpenAI(
                api_key=key or "none",
                base_url=base_url,
                max_retries=0,  # service/generation/retrying.py does that, within the caller's time
                # 2.3 ms of CPU a call against 4.0 with the default transport
                http_client=openai.DefaultAioHttpClient(event_hooks={"response": [_limited]}),
            ),
            model,
        )

    def shape(self) -> str:
        """See `Asker`."""
        return f"{self._client.base_url}\n{self.model}\n{self._forms[0]}"

    async def ask(self, call: Call) -> Completion:
        """See `Asker`."""
        try:
            return await self._ask(call)
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise ModelUnreachable(f"The model at {self.host} did not answer in time.") from None
        except (openai.APIConnectionError, httpx2.HTTPError):
            raise ModelUnreachable(f"No connection to the model at {self.host}, or it broke off.") from None
        except (openai.AuthenticationError, openai.PermissionDeniedError):
            raise ModelRefusedKey(f"{self.host} refused the key; check OPENAI_API_KEY.") from None
        except openai.APIStatusError as error:
            raise self._told(error) from None
        except openai.OpenAIError as error:
            raise ModelNonsense(f"The model's answer could not be read: {type(error).__name__}.") from None

    async def close(self) -> None:
        """See `Asker`."""
        await self._client.close()

    async def _ask(self, call: Call) -> Completion:
        """In the strongest form that is still untried; a form or an option that is refused is left out from then on."""
        while True:
            form, counted = self._forms[0], self._counted
            request = body(self.model, form, call.prompt, stream=call.listener is not None, counted=counted)
            try:
                return await self._read(request, call.listener)
            except openai.BadRequestError as error:
                if counted and call.listener is not None and "stream_options" in str(error):
                    self._counted = False
                elif form == "text" or "response_format" not in str(error):
                    raise
                elif self._forms[0] == form:
                    self._forms = self._forms[1:]

    async def _read(self, request: dict[str, Any], listener: Listener | None) -> Completion:
        # not `chat.completions.create`, which walks messages and schema key by key: 1 ms of CPU a call
        response = cast(
            "httpx2.Response",
            await self._client.post("/chat/completions", cast_to=httpx2.Response, body=request, stream=True),
        )
        try:
            if listener is None:
                return whole(await _content(response, MAX_ANSWER))
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return await _heard(response, listener)
            completion = whole(await _content(response, MAX_ANSWER))  # an endpoint that does not stream
            listener(completion.text)
            return completion
        finally:
            await response.aclose()  # before its end this closes the connection, and the model can stop

    def _told(self, error: openai.APIStatusError) -> ModelError:
        status = error.status_code
        if status in _PASSING or status >= 500:
            return ModelUnreachable(f"{self.host} answered {status}.", retry_after=_retry_after(error.response.headers))
        return ModelError(f"{self.host} answered {status}; check OPENAI_MODEL and OPENAI_BASE_URL.")


async def _content(response: httpx2.Response, limit: int) -> bytes:
    return b"".join([chunk async for chunk in _chunks(response, limit)])


async def _heard(response: httpx2.Response, heard: Callable[[str], None]) -> Completion:
    reader = EventReader(heard, MAX_ANSWER)
    async with aclosing(_chunks(response, MAX_STREAM)) as chunks:
        async for chunk in chunks:
            reader.feed(chunk)
    return reader.completion()


async def _chunks(response: httpx2.Response, limit: int) -> AsyncGenerator[bytes, None]:
    """The decoded body. Raises `ModelNonsense` where it is too long, also when it came compressed."""
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > limit:
            raise ModelNonsense(f"The model's answer is longer than {limit:,} bytes.")
        yield chunk


class _Beginning(httpx2.AsyncByteStream):
    """The first bytes of an error's body: the client reads it whole before it says what the status is."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            yield chunk[: MAX_ERROR - size]
            size += len(chunk)
            if size >= MAX_ERROR:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _limited(response: httpx2.Response) -> None:
    if response.is_error and isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Beginning(response.stream)


def _retry_after(headers: httpx2.Headers) -> int | None:
    """Seconds to wait, from either form of `Retry-After`; None for none or one that makes no sense."""
    given = headers.get("retry-after", "").strip()
    try:
        seconds = float(given)
    except ValueError:
        try:
            at = parsedate_to_datetime(given)
        except (ValueError, OverflowError):
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return whole_seconds(seconds) if math.isfinite(seconds) and 0 <= seconds <= _LONGEST_WAIT else None
