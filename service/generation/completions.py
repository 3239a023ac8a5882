"""The wire format of chat completions: the request's body, a whole answer, and the events of one that streams.

Read with our own small models rather than the client's: those take any JSON for an answer, and cost 1 ms of CPU a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from prompts.library import Prompt
from service.errors import ModelNonsense, ModelUnreachable
from service.generation.client import Completion

MAX_EVENT = 256 << 10  # bytes; one of a token takes 200, and what is not yet whole is copied with each piece


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    prompt_tokens: int = Field(0, ge=0)
    completion_tokens: int = Field(0, ge=0)


class _Answer(BaseModel):
    choices: list[_Choice]
    model: str = ""
    usage: _Usage | None = None


class _Part(BaseModel):
    delta: _Message = _Message()
    finish_reason: str | None = None


class _Event(BaseModel):
    choices: list[_Part] = Field(default_factory=list)
    model: str = ""
    usage: _Usage | None = None
    error: Any = None


def body(model: str, form: str, prompt: Prompt, *, stream: bool, counted: bool) -> dict[str, Any]:
    """The request. `counted` asks a stream to end with its usage, which not every endpoint knows."""
    request: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
        "response_format": _response_format(form, prompt),
    }
    if stream:
        request["stream"] = True
        if counted:
            request["stream_options"] = {"include_usage": True}
    return request


def _response_format(form: str, prompt: Prompt) -> dict[str, Any]:
    if form == "json_schema":
        return {"type": form, "json_schema": {"name": prompt.name, "strict": True, "schema": prompt.schema}}
    return {"type": form}


def whole(content: bytes) -> Completion:
    """An answer that came at once; its text is empty where the model refused. Raises `ModelNonsense`."""
    try:
        answer = _Answer.model_validate_json(content)
    except ValidationError:
        raise ModelNonsense("The model's answer is not a chat completion.") from None
    if not answer.choices:
        raise ModelNonsense("The model gave no answer.")
    message = answer.choices[0].message
    usage = answer.usage or _Usage()
    text = "" if message.refusal else message.content or ""
    return Completion(text, answer.model[:200], usage.prompt_tokens, usage.completion_tokens)


class EventReader:
    """Reads server-sent events as they come, and hands each piece of text on."""

    def __init__(self, heard: Callable[[str], None], limit: int) -> None:
        self._heard = heard
        self._limit = limit
        self._rest = b""
        self._texts: list[str] = []
        self._length = 0
        self._model = ""
        self._usage = _Usage()
        self._refused = self._ended = False

    def feed(self, chunk: bytes) -> None:
        """The next bytes. Raises `ModelNonsense` or `ModelUnreachable`."""
        *lines, self._rest = (self._rest + chunk).split(b"\n") if b"\n" in chunk else [self._rest + chunk]
        if len(self._rest) > MAX_EVENT:
            raise ModelNonsense("The model's answer is not a stream of chat completions.")
        for event in _events(lines):
            self._take(event)

    def completion(self) -> Completion:
        """The whole answer. Raises `ModelUnreachable` where its end is missing."""
        for event in _events([self._rest]):
            self._take(event)
        if not self._ended:
            raise ModelUnreachable("The model's answer broke off.")
        text = "" if self._refused else "".join(self._texts)
        return Completion(text, self._model, self._usage.prompt_tokens, self._usage.completion_tokens)

    def _take(self, data: bytes) -> None:
        if data == b"[DONE]":
            self._ended = True
            return
        try:
            event = _Event.model_validate_json(data)
        except ValidationError:
            raise ModelNonsense("The model's answer is not a stream of chat completions.") from None
        if event.error is not None:
            raise ModelUnreachable("The model's server reported an error in the middle of its answer.")
        self._model = event.model[:200] or self._model
        self._usage = event.usage or self._usage
        for part in event.choices[:1]:
            self._ended = self._ended or part.finish_reason is not None
            self._refused = self._refused or bool(part.delta.refusal)
            if part.delta.content:
                self._say(part.delta.content)

    def _say(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > self._limit:
            raise ModelNonsense(f"The model's answer is longer than {self._limit:,} characters.")
        self._texts.append(piece)
        self._heard(piece)


def _events(lines: list[bytes]) -> Iterator[bytes]:
    return (line[5:].strip() for line in lines if line.startswith(b"data:"))
