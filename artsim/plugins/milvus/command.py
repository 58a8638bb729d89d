"""What ``artsim index --index milvus`` does: publish embeddings to Milvus, or remove them there."""

from artsim.cli.output import facts, print_json, say
from artsim.core.counts import count
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.library import open_library
from artsim.plugins.milvus.publish import publish, withdraw
from artsim.plugins.milvus.server import checked_uri
from artsim.search.neighbours import checked_metric


def publish_to_milvus(
    name: str, backbone: str, metric: str, uri: str | None, drop: bool, as_json: bool
) -> None:
    """Send what differs and remove works that are gone, or everything with ``drop``; and say so."""
    where, compared = checked_uri(uri), checked_metric(metric)
    here = open_library(Workspace.open())
    collection, column = here.collection(name), here.column(name, backbone)
    if drop:
        removed = withdraw(collection, column, compared, where)
        if as_json:
            print_json({"collection": name, "backbone": backbone, "removed": removed})
        else:
            say("It is no longer in Milvus." if removed else "It was not in Milvus.")
        return
    done = publish(collection, column, compared, where, TerminalProgress())
    if as_json:
        print_json(done.to_json())
        return
    held = done.publication
    facts(
        [
            (
                "collection",
                f"{held.collection} (version {held.version}), {count(held.works, 'work')}",
            ),
            ("backbone", f"{held.backbone} {held.digest[:12]}, {held.metric}"),
            ("in Milvus", f"{held.name}, {held.kind}"),
            ("sent", f"{count(done.sent, 'work')}, {done.removed:,} removed"),
            ("recall@10", held.recall),
            ("took", f"{done.seconds:.1f} s"),
        ]
    )
