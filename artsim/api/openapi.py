"""The OpenAPI document of the API, made from the models that check its requests."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

import artsim
from artsim.api.answers import Problem
from artsim.api.operation import JSON, Operation

VERSION = "3.1.0"
_REFERENCE = "#/components/schemas/{model}"
_ANY = (400, 401, 403, 429, 500, 503)  # for any request
_ERRORS = {
    400: "Something in the request cannot be used.",
    401: "Nobody has signed in, and this is not for everybody.",
    403: "Whoever asks may not do this.",
    404: "What was asked for does not exist.",
    409: "It cannot be answered yet: the sentence names the command to run.",
    413: "The request is too large.",
    415: "The file is not a usable image.",
    429: "That was more than one person may ask for at once.",
    500: "Something went wrong inside artsim.",
    503: "Something that artsim needs is missing for now.",
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """OpenAPI 3.1 for ``operations``: parameters, bodies, answers and errors."""
    schemas = _Schemas()
    paths: dict[str, Any] = {}
    for operation in operations:
        described = _described(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    problem = {JSON: {"schema": schemas.of(Problem)}}
    described = {
        "openapi": VERSION,
        "info": {
            "title": "artsim",
            "version": artsim.__version__,
            "description": "Visual search for art collections.",
        },
        "paths": paths,
        "components": {
            "responses": {
                f"Error{status}": {"description": sentence, "content": problem}
                for status, sentence in _ERRORS.items()
            },
            "schemas": schemas.named,
        },
    }
    plain = json.dumps(described).replace("``", "`")  # docstrings are reST, OpenAPI is Markdown
    return dict(json.loads(plain))


class _Schemas:
    """Schemas of types; those of models are collected by name."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}

    def of(self, type_: Any, mode: JsonSchemaMode = "serialization") -> dict[str, Any]:
        """The schema of a type, for a model a reference to it."""
        schema = self.whole(type_, mode)
        if not (isinstance(type_, type) and issubclass(type_, BaseModel)):
            return schema
        self._name(type_.__name__, schema)
        return {"$ref": _REFERENCE.format(model=type_.__name__)}

    def whole(self, type_: Any, mode: JsonSchemaMode) -> dict[str, Any]:
        """The schema of a type, in which only other models are references."""
        schema = TypeAdapter(type_).json_schema(mode=mode, ref_template=_REFERENCE)
        for name, definition in schema.pop("$defs", {}).items():
            self._name(name, definition)
        return schema

    def _name(self, name: str, definition: dict[str, Any]) -> None:
        if self.named.setdefault(name, definition) != definition:
            raise ValueError(f"Two models of the API are called {name}: rename one of them.")


def _described(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    summary, _, more = (operation.work.__doc__ or "").partition("\n")
    described: dict[str, Any] = {
        "operationId": operation.work.__name__,
        "summary": summary,
        **({"description": " ".join(more.split())} if more else {}),
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
    }
    if operation.sends:
        content = {
            kind: {"schema": schemas.of(model, "validation")}
            for kind, model in operation.sends.items()
        }
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameters(operation: Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    asked = schemas.whole(operation.asks, "validation")
    found = []
    for name, schema in asked.get("properties", {}).items():
        in_path = f"{{{name}}}" in operation.path
        parameter = {
            "name": name,
            "in": "path" if in_path else "query",
            "required": in_path or name in asked.get("required", []),
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": False}  # with commas between
        found.append(parameter)
    return found


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    schema = schemas.of(operation.gives) if operation.gives else {}
    good: dict[str, Any] = {
        "description": "The answer.",
        "content": {kind: {"schema": schema} for kind in operation.kinds},
    }
    responses = {"200": good}
    if operation.cached:
        good["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses["304"] = {"description": "The client has it: the ETag of If-None-Match holds."}
    for status in sorted({*_ANY, *operation.fails}):
        responses[str(status)] = {"$ref": f"#/components/responses/Error{status}"}
    return responses
