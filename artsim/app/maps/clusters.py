"""The clusters of a map as a table: each with its pictures, and how pure it is."""

from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from artsim.app.maps import gallery as map_gallery
from artsim.app.maps import legend as map_legend
from artsim.app.maps import view as map_view
from artsim.app.maps.scene import Scene
from artsim.app.shell import resources
from artsim.app.widgets import details, gallery, tray
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import plain
from artsim.core.counts import count
from artsim.maps.clusters import Cluster

_TABLE = component("map_clusters", "tray")
_PICTURES = 8
_MOST = 60
_KEY = "map_clusters"


def show(scene: Scene) -> None:
    """The table; a click on a name chooses the cluster, a second click ends the choice."""
    clusters = sorted(scene.map.clusters.clusters, key=lambda c: -c.works)
    if not clusters:
        st.info("No works hang together clearly enough here to be called a cluster.")
        return
    against = _against(scene, clusters)
    noise = int((np.asarray(scene.map.clusters.labels) < 0).sum())
    alone = f" {count(noise, 'work')} belong to none." if noise else ""
    st.caption(
        f"{count(len(clusters), 'cluster')}, found in the embeddings, not on the map. A name "
        f"says what most of its works share.{alone}"
    )

    def choose() -> None:
        number = st.session_state[_KEY].choose
        if isinstance(number, int | float):
            chosen = int(number)
            map_view.choose(cluster=-1 if chosen == scene.look.cluster else chosen)

    collection = scene.view.collection
    adding = tray.buttons(collection)
    _TABLE(
        key=_KEY,
        data={
            "of": collection,
            "held": adding.held,
            "clusters": [_document(scene, cluster, against) for cluster in clusters[:_MOST]],
            "chosen": scene.look.cluster,
            "labels": {
                "table": "Clusters",
                "columns": [
                    "Cluster",
                    "Works",
                    f"Commonest {against}" if against else "",
                    "In its middle",
                ],
                "choose": "Choose this cluster on the map",
                "open": "Look closer",
                "pictures": "Works in its middle",
                "absent": "No picture",
                **adding.labels,
            },
        },
        on_choose_change=choose,
        on_tray_change=lambda: tray.changed(collection, st.session_state[_KEY].tray),
        on_open_change=lambda: details.request(str(st.session_state[_KEY].open)),
    )
    if len(clusters) > _MOST:
        st.caption(f"The {_MOST} largest of {len(clusters):,}.")


def _against(scene: Scene, clusters: list[Cluster]) -> str:
    """The label that the purity of clusters is measured by."""
    offered = list(dict.fromkeys(label for c in clusters for label in c.purity))
    if not offered:
        return ""
    against = scene.look.label if scene.look.label in offered else offered[0]
    if len(offered) > 1:
        st.segmented_control(
            "Compared with",
            offered,
            format_func=lambda label: plain(label, 40).capitalize(),
            **map_view.chosen_key("label", against, lambda value: value or against),
        )
    return against


def _document(scene: Scene, cluster: Cluster, against: str) -> dict[str, Any]:
    rows = [row for row in cluster.examples if scene.places[row] >= 0][:_PICTURES]
    catalog = resources.library().catalog(scene.view.collection)
    works = catalog.rows(scene.places[np.array(rows, np.intp)])
    value, share = cluster.purity.get(against, ("", 0.0))
    return {
        "number": cluster.number,
        "name": plain(map_legend.spaced(cluster.name), 80),
        "words": _about(cluster),
        "works": f"{cluster.works:,}",
        "purity": f"{share:.0%} {plain(map_legend.spaced(value), 60)}" if value else "Not known",
        "share": share if value else None,
        "works_shown": [asdict(gallery.card(w, map_gallery.thumb(scene, w))) for w in works],
    }


def _about(cluster: Cluster) -> str:
    """How many of its works the name describes, and what else sets the cluster apart."""
    named = {part.strip() for part in cluster.name.split(",")}
    others = [word for word in cluster.words if word not in named]
    parts = [f"true of {cluster.share:.0%}"] if cluster.share else []
    return plain("; ".join([*parts, ", ".join(others[:4])]).strip("; "), 120)
