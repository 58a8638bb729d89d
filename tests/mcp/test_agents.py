"""An agent's view: the SDK's own client speaks to ``artsim mcp``."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from face_kit import make_demo

from artsim.core.workspace import Workspace
from artsim.library import open_library
from tests.conftest import REPOSITORY

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

LOOKING = {
    *("collections", "find", "search", "show", "picture", "why"),
    *("trays", "tray", "evaluations", "evaluation"),
}
KEEPING = {"make_tray", "add_to_tray", "evaluate"}


def asked(
    workspace: Workspace, ask: Callable[[Any], Awaitable[Any]], allow_changes: bool = False
) -> Any:
    """What a client finds out of a server of this process."""
    from artsim.mcp.server import server_of

    async def session() -> Any:
        server = server_of(open_library(workspace), allow_changes)
        async with mcp.Client(server) as client:
            return await ask(client)

    return asyncio.run(session())


async def told(client: Any, tool: str, **arguments: Any) -> Any:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


def test_a_command_serves_an_agent_that_finds_searches_and_looks(workspace: Workspace) -> None:
    make_demo(workspace)

    async def session() -> tuple[Any, ...]:
        started = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "artsim", "mcp"],
            env=dict(os.environ),
            cwd=str(REPOSITORY),
        )
        async with mcp.Client(started) as client:
            tools = (await client.list_tools()).tools
            found = await told(client, "find", collection="demo", words="work 3", k=1)
            like = [found["artworks"][0]["id"]]
            result = await told(client, "search", collection="demo", like=like, k=3)
            return tools, like, result

    tools, like, result = asyncio.run(session())
    assert {tool.name for tool in tools} == LOOKING
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert like == ["w03"]
    assert [hit["rank"] for hit in result["results"]] == [1, 2, 3]
    assert result["backbone"] == "tiny"
    assert "w03" not in [hit["id"] for hit in result["results"]]


def test_it_sees_works_and_pictures_and_every_error_is_one_sentence(
    demo_workspace: Workspace,
) -> None:
    async def ask(client: Any) -> tuple[Any, ...]:
        (demo,) = (await told(client, "collections"))["collections"]
        work = (await told(client, "find", collection="demo", k=1))["artworks"][0]["id"]
        shown = await told(client, "show", collection="demo", artwork=work)
        seen = await client.call_tool("picture", {"collection": "demo", "artwork": work})
        wrong = [
            await client.call_tool(tool, arguments)
            for tool, arguments in (
                ("show", {"collection": "demo", "artwork": "gone"}),
                ("search", {"collection": "gone", "like": ["x"]}),
                ("search", {"collection": "demo", "like": [work], "k": 51}),
                ("search", {"collection": "demo", "like": [work], "preset": "the same frame"}),
                ("find", {"collection": "demo", "where": "DROP TABLE works"}),
                ("tray", {"name": "gone"}),
            )
        ]
        return demo, work, shown, seen, wrong

    demo, work, shown, seen, wrong = asked(demo_workspace, ask)
    assert demo["artworks"] == 48
    assert shown["id"] == work
    assert shown["pictures"] == [] or shown["pictures"][0]
    assert seen.content[0].mime_type == "image/webp"
    for answer in wrong:
        assert answer.is_error
        assert "Traceback" not in answer.content[0].text
    assert "There is no artwork 'gone' in 'demo'" in wrong[0].content[0].text


def test_it_keeps_something_only_where_that_is_allowed(workspace: Workspace) -> None:
    make_demo(workspace)

    async def ask(client: Any) -> Any:
        names = {tool.name for tool in (await client.list_tools()).tools}
        tray = {"name": "Seas", "collection": "demo", "artworks": ["w01", "w02"]}
        answers = [
            await client.call_tool("make_tray", {"name": "Seas"}),
            await client.call_tool("add_to_tray", tray),
            await client.call_tool(
                "evaluate",
                {"collection": "demo", "backbones": ["tiny"], "relevances": ["artist"], "k": 3},
            ),
        ]
        return names, answers

    names, refused = asked(workspace, ask)
    assert names == LOOKING
    assert all(answer.is_error for answer in refused)
    library = open_library(workspace)
    assert library.trays.all() == []
    assert library.evaluations() == []

    names, kept = asked(workspace, ask, allow_changes=True)
    assert names == LOOKING | KEEPING
    assert not any(answer.is_error for answer in kept)
    assert library.trays.get("Seas").ids("demo") == ("w01", "w02")
    (run,) = library.evaluations()
    assert json.loads(kept[2].content[0].text)["runs"][0]["backbone"] == "tiny"
    assert run.relevances == ("artist",)
