"""Talks to any OpenAI-compatible endpoint, and says in our own words what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from prompts.library import Prompt
from service.errors import ModelError, ModelNonsense, ModelRefusedKey, ModelUnreachable


class Completion(NamedTuple):
    """A model's answer and what it counted."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Answer(BaseModel):
    """What we need of an answer, validated: the client takes any JSON for one."""

    choices: list[_Choice]
    model: str = ""
    usage: _Usage | None = None


class ModelClient(Protocol):
    """Completes one prompt."""

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer. Raises `ModelError`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class OpenAIClient:
    """The `openai` client behind our protocol.

    Structured output is asked for in the strongest form that the endpoint takes: a JSON schema, then any JSON object,
    then plain text. What it refused once is not asked again.
    """

    def __init__(self, client: openai.AsyncOpenAI, model: str, *, timeout: float, concurrency: int) -> None:
        self._client = client
        self._model = model
        self._timeout = timeout
        self._slots = asyncio.Semaphore(concurrency)
        self._forms: Sequence[str] = ("json_schema", "json_object", "text")

    async def complete(self, prompt: Prompt) -> Completion:
        """See `ModelClient`."""
        try:
            async with asyncio.timeout(self._timeout), self._slots:
                answer = await self._ask(prompt)
        except (TimeoutError, openai.APITimeoutError):
            raise ModelUnreachable(f"The model did not answer within {self._timeout:g} s.") from None
        except openai.APIConnectionError:
            raise ModelUnreachable(f"No connection to the model at {self._host()}.") from None
        except (openai.AuthenticationError, openai.PermissionDeniedError):
            raise ModelRefusedKey(f"{self._host()} refused the key; check OPENAI_API_KEY.") from None
        except (openai.RateLimitError, openai.InternalServerError) as error:
            raise ModelUnreachable(f"{self._host()} answered {error.status_code}.", retry_after=5) from None
        except openai.APIStatusError as error:
            raise ModelError(
                f"{self._host()} answered {error.status_code}; check OPENAI_MODEL and OPENAI_BASE_URL."
            ) from None
        except openai.OpenAIError as error:
            raise ModelNonsense(f"The model's answer could not be read: {type(error).__name__}.") from None
        return _completion(answer)

    async def _ask(self, prompt: Prompt) -> bytes:
        while True:
            form = self._forms[0]
            try:
                # not `chat.completions.create`, which walks messages and schema key by key: 1 ms of CPU a call
                answer = await self._client.post(
                    "/chat/completions", cast_to=httpx2.Response, body=_body(self._model, form, prompt)
                )
                return answer.content
            except openai.BadRequestError as error:
                if form == "text" or "response_format" not in str(error):
                    raise
                if self._forms[0] == form:
                    self._forms = self._forms[1:]

    def _host(self) -> str:
        return self._client.base_url.host

    async def close(self) -> None:
        """See `ModelClient`."""
        await self._client.close()


def _body(model: str, form: str, prompt: Prompt) -> dict[str, Any]:
    return {
        "model": model,
        "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        "response_format": _response_format(form, prompt),
    }


def _response_format(form: str, prompt: Prompt) -> dict[str, Any]:
    if form == "json_schema":
        return {"type": form, "json_schema": {"name": prompt.name, "strict": True, "schema": prompt.schema}}
    return {"type": form}


def _completion(content: bytes) -> Completion:
    try:
        answer = _Answer.model_validate_json(content)
    except ValidationError:
        raise ModelNonsense("The model's answer is not a chat completion.") from None
    if not answer.choices:
        raise ModelNonsense("The model gave no answer.")
    message = answer.choices[0].message
    if message.refusal or not message.content:
        raise ModelNonsense("The model refused or answered nothing.")
    usage = answer.usage or _Usage()
    return Completion(message.content, answer.model, usage.prompt_tokens, usage.completion_tokens)
