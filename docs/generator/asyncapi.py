"""One AsyncAPI 3.0 document of all streams.

Which service reads which stream, under which group, comes from FastStream's own document of each running stage.
The rest is added here: FastStream sees no publishers, since a stage publishes inside its commit instead of through a
broker; it knows nothing of newsrooms, channels and operators; and it names the consumer, which is random.
"""

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from faststream.specification.asyncapi import AsyncAPI
from pydantic.json_schema import models_json_schema

from docs.generator.schemas import Plain, golden, tidy, to_text
from docs.generator.streams import SERVICES, STREAMS, Stream
from shared.events import Event, EventData, every_type
from shared.settings import StageSettings

PATH = Path("docs/asyncapi/lightwire.json")
PREFIX = StageSettings.model_fields["prefix"].default
REFERENCE = "#/components/schemas/{model}"


@cache
def read_by_stages() -> dict[str, dict[str, Any]]:
    """Stream name → (service → FastStream's channel): address, description and binding."""
    found: dict[str, dict[str, Any]] = {}
    for service in SERVICES:
        app = import_module(f"services.{service}.app")
        settings = import_module(f"services.{service}.settings").Settings
        # Constructed without the environment: what is set here must not change the document.
        stage = app.build(settings.model_construct())
        document = json.loads(AsyncAPI(stage.broker, schema_version="3.0.0").to_specification().to_json())
        for operation in document["operations"].values():
            name = operation["channel"]["$ref"].removeprefix("#/channels/")
            channel = document["channels"][name]
            found.setdefault(channel["address"].removeprefix(f"{PREFIX}:"), {})[service] = channel
    return found


def document() -> dict[str, Any]:
    """The whole, the same on every machine."""
    kinds = list(every_type())
    return {
        "asyncapi": "3.0.0",
        "id": "urn:lightwire:streams",
        "info": {
            "title": "Lightwire streams",
            "version": "1.0.0",
            "description": "Every stream between newsroom systems, the stages and channels. An entry has one field, "
            "`event`: a CloudEvents 1.0 event in structured JSON. docs/events.md says the same for people.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": "news"}, {"name": "CloudEvents"}],
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {
            "redis": {
                "host": "127.0.0.1:6379",
                "protocol": "redis",
                "description": "Redis 7.0 or newer, or Valkey 8 or newer.",
            }
        },
        "channels": {channel_id(stream): _channel(stream) for stream in STREAMS},
        "operations": dict(_operation(stream, *side) for stream in STREAMS for side in _sides(stream)),
        "components": {
            "messages": {kind.schema_name(): _message(kind) for kind in kinds},
            "schemas": {"Envelope": _envelope(), **_schemas(kinds)},
        },
    }


def channel_id(stream: Stream) -> str:
    """``dead.{service}`` without its braces: they have a meaning in ids."""
    return stream.name.replace("{", "").replace("}", "")


def _channel(stream: Stream) -> dict[str, Any]:
    found: dict[str, Any] = {
        "address": f"{PREFIX}:{stream.name}",
        "title": stream.name,
        "description": f"Carries {stream.carries}.",
        "servers": [{"$ref": "#/servers/redis"}],
        "messages": {
            kind.schema_name(): {"$ref": f"#/components/messages/{kind.schema_name()}"} for kind in stream.kinds
        },
    }
    if "{service}" in stream.name:
        found["parameters"] = {"service": {"description": "The stage that gave up.", "enum": list(SERVICES)}}
    groups = []
    for channel in read_by_stages().get(stream.name, {}).values():
        binding = channel["bindings"]["redis"]
        found["bindings"] = {"redis": {key: binding[key] for key in ("method", "groupName", "bindingVersion")}}
        groups.append(binding["groupName"])
    if len(groups) > 1:
        # AsyncAPI's binding has room for one.
        found["x-groups"] = sorted(groups)
    return found


def _sides(stream: Stream) -> list[tuple[str, str]]:
    return [(who, "send") for who in stream.written_by] + [(who, "receive") for who in stream.read_by]


def _operation(stream: Stream, who: str, action: str) -> tuple[str, dict[str, Any]]:
    channel = channel_id(stream)
    return f"{who}.{action}.{channel}", {
        "action": action,
        "title": f"{who} {'writes' if action == 'send' else 'reads'} {stream.name}",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{kind.schema_name()}"} for kind in stream.kinds],
        "tags": [{"name": who}],
    }


def _message(kind: type[EventData]) -> dict[str, Any]:
    return {
        "name": kind.type,
        "title": kind.schema_name(),
        "summary": tidy({"description": kind.__doc__})["description"],
        "contentType": "application/cloudevents+json",
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [
                {"$ref": REFERENCE.format(model="Envelope")},
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": kind.type},
                        "data": {"$ref": REFERENCE.format(model=kind.__name__)},
                    },
                },
            ]
        },
        "examples": [{"name": kind.schema_name(), "payload": golden(kind.schema_name())}],
    }


def _envelope() -> dict[str, Any]:
    found: dict[str, Any] = tidy(Event[EventData].model_json_schema(schema_generator=Plain))
    del found["$defs"], found["title"]
    # Each message says what its data is.
    found["properties"]["data"] = {"type": "object"}
    return found


def _schemas(kinds: list[type[EventData]]) -> dict[str, Any]:
    _, found = models_json_schema(
        [(kind, "validation") for kind in kinds], ref_template=REFERENCE, schema_generator=Plain
    )
    schemas: dict[str, Any] = tidy(found["$defs"])
    return schemas


def files() -> list[tuple[Path, str]]:
    """Path → text."""
    return [(PATH, to_text(document()))]
