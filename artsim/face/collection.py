"""One collection, from Python."""

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy.typing as npt
import pandas as pd
from PIL import Image

from artsim.backbones.made_elsewhere import add_embeddings
from artsim.collection import store
from artsim.collection.export import export_metadata
from artsim.collection.reconcile import quality_report
from artsim.core.counts import count
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.workspace import checked_id
from artsim.evaluation.relevances import Compare, Relevance
from artsim.evaluation.runs import evaluate_and_keep
from artsim.face.cleaning import Cleaning
from artsim.face.embeddings import Embeddings
from artsim.face.frames import frame_of
from artsim.face.judging import Judging
from artsim.face.liked import Liked, items_of, items_of_words
from artsim.face.looking import Looking
from artsim.face.results import Evaluation, Map, Quality
from artsim.face.searching import Searching
from artsim.face.work import do, shown
from artsim.images.canonical import decode_canonical
from artsim.library import Library
from artsim.maps.make import make_map
from artsim.search.dials import Dials
from artsim.search.filters import Filters
from artsim.search.query import Query, SearchResult
from artsim.tasks.kinds import checked_config

SIZES = ("full", "preview", "thumb")
Relevant = str | Relevance | Compare


class Collection(Cleaning, Searching, Looking, Judging):
    """A set of artworks with their pictures and embeddings: ``artsim.open()["demo"]``.

    Every method raises ``artsim.NotFound`` where a work, a backbone or the collection itself is
    not there, and ``artsim.InvalidInput`` where a value cannot be used; the message says what to
    do.
    """

    def __init__(self, library: Library, name: str) -> None:
        self._library = library
        self.name = name
        self._opened()

    def __repr__(self) -> str:
        return f"<Collection {self.name!r}: {count(len(self), 'work')}>"

    def __len__(self) -> int:
        return self._opened().info().artworks

    def to_pandas(self) -> pd.DataFrame:
        """The metadata of every work, one line each, index ``id``; no pictures, no embeddings.

        >>> works = artsim.open()["demo"].to_pandas()
        >>> works.loc["w03", "artist"], str(works["year"].dtype), len(works.query("year < 1810"))
        ('Artist 0', 'Int32', 9)
        """
        return frame_of(self._opened().metadata()).set_index("id")

    @property
    def backbones(self) -> pd.DataFrame:
        """The backbones that the works are embedded with, one line each, index ``backbone``.

        ``digest``, ``dimension``, ``works`` (how many have an embedding), ``elsewhere`` (added with
        ``add_embeddings``), ``licence`` and ``origin`` as given there.

        >>> artsim.open()["demo"].backbones.loc["tiny", "dimension"].item()
        8
        """
        names = ("backbone", "digest", "dimension", "count", "elsewhere", "licence", "origin")
        found = self._opened().info().embeddings
        lines = [{name: getattr(column, name) for name in names} for column in found]
        frame = pd.DataFrame(lines, columns=list(names))
        return frame.rename(columns={"count": "works"}).set_index("backbone")

    def picture(self, id: str, size: Literal["full", "preview", "thumb"] = "full") -> Image.Image:
        """The picture of a work: a Pillow image, upright, RGB in sRGB.

        ``full`` is the picture as it is stored (longest side at most 1,024 pixels), ``preview``
        the same as a browser gets it, ``thumb`` has at most 320 pixels a side.

        >>> picture = artsim.open()["demo"].picture("w03", size="thumb")
        >>> picture.mode, picture.size
        ('RGB', (64, 48))
        """
        if size not in SIZES:
            raise InvalidInput(f"{str(size)[:40]!r} is no size: use {', '.join(SIZES)}.")
        if size != "full":
            shown_picture = self._library.media(self.name, id, size)
            with Image.open(io.BytesIO(shown_picture.data)) as image:
                return image.convert("RGB")
        jpeg = self._opened().image(checked_id(id))
        if jpeg is None:
            raise NotFound(f"Artwork {id!r} of {self.name!r} has no image.")
        return Image.fromarray(decode_canonical(jpeg))

    def pictures(self, id: str) -> pd.DataFrame:
        """The further pictures of a work, one line each: verso, details, copies of its picture.

        ``file``, ``role`` (recto, verso, detail, other), ``state`` (kept, converted, copy), ``of``
        (the file that it repeats), ``width`` and ``height`` in pixels.

        >>> len(artsim.open()["demo"].pictures("w03"))
        0
        """
        names = ["file", "role", "state", "of", "width", "height"]
        return pd.DataFrame(self._library.pictures(self.name, id).pictures, columns=names)

    def embeddings(self, backbone: str) -> Embeddings:
        """The embeddings from a backbone; raises ``artsim.Conflict`` where there are none yet."""
        gallery = self._library.gallery(self.name, backbone)
        column = gallery.column
        return Embeddings(
            self.name, column.backbone, column.digest, list(gallery.ids), gallery.matrix
        )

    def add_embeddings(
        self,
        name: str,
        ids: Sequence[str],
        matrix: npt.ArrayLike,
        digest: str | None = None,
        licence: str = "",
        origin: str = "",
        replace: bool = False,
    ) -> Embeddings:
        """Add embeddings made elsewhere; they are searched, evaluated and mapped like any other.

        Row i of ``matrix``, numbers [N, D], becomes the embedding of the work ``ids[i]``, float32
        as it is given. ``digest`` identifies the model: the SHA-256 of its weights, or any text
        that changes with them; by default that of the embeddings themselves. Embeddings of the same
        name and digest are added to the earlier ones; ``replace`` replaces those of another digest.
        Without the model no new picture can be embedded: search with works instead.

        Raises ``artsim.InvalidInput`` where a row is zero or not finite or the shapes do not fit,
        ``artsim.NotFound`` for works that are not there, and ``artsim.Conflict`` where ``name`` is
        a backbone of the workspace or has another digest.

        >>> demo = artsim.open()["demo"]
        >>> rows = [[float(i), 1.0] for i in range(len(demo))]
        >>> made = demo.add_embeddings("two", demo.to_pandas().index, rows, origin="a notebook")
        >>> [hit.id for hit in demo.search("two", like=["w20"], k=3).hits]
        ['w21', 'w19', 'w22']
        """
        add_embeddings(
            self._library.workspace,
            self._opened(),
            name,
            ids,
            matrix,
            digest,
            licence,
            origin,
            replace,
        )
        self._library.refresh(self.name)
        return self.embeddings(name)

    def search(
        self,
        backbone: str,
        like: Liked | Iterable[Liked] = (),
        k: int = 12,
        metric: Literal["cosine", "euclidean"] = "cosine",
        where: str = "",
        index: str = "auto",
        copies: Literal["collapsed", "all", "none"] = "collapsed",
        unlike: Liked | Iterable[Liked] = (),
        parts: Mapping[str, float] | str = "",
        apart: str | Iterable[str] = (),
        distinct: str | None = None,
        surprise: float = 0,
        text: str = "",
        order: Literal["likeness", "date", "artist", "accession"] = "likeness",
        rerank: bool = False,
        words: str | Iterable[str] = (),
    ) -> SearchResult:
        """The ``k`` works nearest to what is liked: ids, paths, bytes, images, regions, Concepts.

        ``unlike`` is what results should not be like. From five marks on artsim learns from them.
        ``parts`` weighs parts of the embedding (``{"style": 0, "artist": 2}``; 1 for those that
        are not named) or is one of "the same hand", "the same subject", "the same style", "the same
        colours", "the same composition": colour and composition are parts for every backbone, once
        the collection is embedded with the backbones of these names.
        ``apart`` leaves out what shares artist, style, genre, school or century with a liked work,
        ``distinct`` gives one result of each at most, ``surprise`` (0 to 1) results that differ.
        ``rerank`` ranks the best again by their neighbours; the result's note says what it costs.

        ``words`` say what pictures show, for backbones that know words; so does ``artsim.Words`` in
        ``like``. ``where`` is a SQL expression over the metadata columns, ``text`` words that the
        metadata of every result has. ``order`` lists the ``k`` best by date, artist or accession
        instead of likeness.

        The works that are searched with never appear among the results, nor do their copies. Works
        that show the same picture are one hit, whose ``copies`` are the ids of the others; or a hit
        each with copies="all". The result has ``hits`` (rank, id, score, distance, image, title,
        artist, year), ``to_pandas()`` and ``to_json()``; ``score`` is the cosine, or -distance for
        euclidean, and ``image`` the file of the picture that matched, None for the picture that
        ``picture(id)`` gives.

        >>> demo = artsim.open()["demo"]
        >>> found = demo.search("tiny", like=["w03"], k=2, where="year < 1815")
        >>> found.to_pandas()["artist"].tolist()
        ['Artist 0', 'Artist 0']
        >>> found = demo.search("tiny", like=["w00", "w01"], unlike="w04", distinct="artist")
        >>> found.to_pandas()["artist"].is_unique
        True
        """
        liked = items_of(self._library, self.name, like) + items_of_words(words)
        unliked = items_of(self._library, self.name, unlike)
        if not liked and not unliked:
            raise InvalidInput("There are 0 things to search with: give a work, picture or words.")
        query = Query(
            backbone,
            like=liked,
            unlike=unliked,
            dials=Dials(parts, apart, distinct, surprise, rerank),
            k=k,
            metric=metric,
            filters=Filters(text=text, where=where),
            index=index,
            copies=copies,
            order=order,
        )
        return self._library.search(self.name, query)

    def evaluate(
        self,
        backbones: str | Iterable[str],
        relevance: Relevant | Sequence[Relevant] = (),
        k: int = 10,
        queries: "str | Collection | None" = None,
        sample: int | None = None,
        metric: Literal["cosine", "euclidean"] = "cosine",
        seed: int = 0,
        progress: bool = False,
        trec_out: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> Evaluation:
        """How well backbones retrieve: every work a query, every figure with its 95 % interval.

        ``relevance`` says what counts as a hit: a name (title, style, genre, school, artist, votes,
        marks, one of a plug-in), ``artsim.same(column)``, or a function of two rows, the query's
        and another work's, to a bool or a grade. Rows are mappings of metadata and ``century``.

        ``queries`` names another collection whose works are the queries; ``sample`` is how many
        queries to draw, by ``seed``. ``options`` are those of ``artsim evaluate``: title_threshold,
        title_similarity, feature_threshold, title_weight, visual_weight, cluster_by,
        leave_out_copies, copy_cosine. The run is stored in the workspace; ``trec_out`` names a
        folder for run files and qrels that trec_eval and ranx read.

        >>> def close_in_time(query, other):
        ...     return abs((query["year"] or 0) - (other["year"] or 0)) <= 3
        >>> own = [artsim.same("artist"), close_in_time]
        >>> artsim.open()["demo"].evaluate("tiny", own, k=5).to_pandas()["relevance"].tolist()
        ['artist', 'close_in_time']
        """
        values = {
            "collection": self.name,
            "backbones": (backbones,) if isinstance(backbones, str) else tuple(backbones),
            "k": k,
            "queries": queries.name if isinstance(queries, Collection) else queries,
            "sample": sample,
            "metric": metric,
            "seed": seed,
            **options,
        }
        config: Any = checked_config("evaluate", values)
        chosen = list(relevance) if isinstance(relevance, list | tuple) else [relevance]
        folder = Path(trec_out) if trec_out is not None else None
        return Evaluation(evaluate_and_keep(self._library, config, shown(progress), chosen, folder))

    def map(
        self,
        backbone: str,
        metric: Literal["cosine", "euclidean"] = "cosine",
        neighbours: int = 15,
        min_distance: float = 0.1,
        dimensions: Literal[2, 3] = 2,
        seed: int = 0,
        progress: bool = False,
    ) -> Map:
        """The map of an embedding space, drawn unless it is stored; one seed gives one map.

        ``neighbours`` (2 to 200) hold a work in place, ``min_distance`` (0 to 0.99) says how close
        works may lie.
        """
        values = {
            "collection": self.name,
            "backbone": backbone,
            "metric": metric,
            "neighbours": neighbours,
            "min_distance": min_distance,
            "dimensions": dimensions,
            "seed": seed,
        }
        config: Any = checked_config("map", values)
        info = make_map(self._library, config, shown(progress))
        return Map(self._library.map(self.name, info.id))

    def import_folder(
        self,
        directory: str | os.PathLike[str],
        metadata: str | os.PathLike[str] | None = None,
        id_column: str = "id",
        include_imageless: bool = False,
        folders: str = "",
        pages: str = "first",
        encoding: str = "",
        quality: bool = True,
        thresholds: Mapping[str, float] | None = None,
        progress: bool = False,
        yes: bool = False,
        embed: str | None = None,
    ) -> Quality:
        """Bring more works in from a folder of pictures; what did not change is not read again.

        ``metadata`` is a table with one line a work: CSV or other text, .xlsx or .ods. ``folders``
        says what sub-folders are: style, artist, style/artist ... ``pages="all"`` takes the further
        pages of a TIFF (recto and verso) as further pictures of its work. ``encoding`` is the
        encoding of a text table, needed only if artsim guesses wrong: Shift-JIS, KOI8-R ...
        ``quality=False`` keeps every picture that decodes; ``thresholds`` change the checks, by
        name. Unless ``yes``, raises ``artsim.NeedsConsent``, and changes nothing, if more than a
        tenth of the works would lose their file. ``embed`` is a backbone to embed the works with in
        the same pass over the pictures.
        """
        values = {
            "name": self.name,
            "directory": directory,
            "metadata": metadata,
            "id_column": id_column,
            "include_imageless": include_imageless,
            "folders": folders,
            "pages": pages,
            "encoding": encoding,
            "quality": quality,
            "thresholds": dict(thresholds or {}),
            "yes": yes,
            "embed": embed,
        }
        do(self._library.workspace, "import_folder", values, progress)
        self._library.refresh(self.name)
        return self.quality()

    def sync(self, yes: bool = False, progress: bool = False) -> Quality:
        """Read again what the collection came from: new, changed, moved, renamed, missing files.

        artsim recognises files by their content, wherever they lie. Works whose file is missing
        stay, and are marked. The counts are in ``to_json()``. Unless ``yes``, raises
        ``artsim.NeedsConsent``, and changes nothing, if more than a tenth of the works would lose
        their file.

        >>> ws = artsim.open()
        >>> drawn = ws.import_from("demo", "again", size=8)
        >>> drawn.sync().to_json()["unchanged"]
        8
        """
        do(self._library.workspace, "sync", {"collection": self.name, "yes": yes}, progress)
        self._library.refresh(self.name)
        return self.quality()

    def quality(self) -> Quality:
        """What was kept, converted, rejected and merged at the last import, and why, per file."""
        return Quality(quality_report(self._opened()))

    def embed(
        self,
        backbone: str,
        batch_size: int | None = None,
        inference: Literal["auto", "torch", "openvino"] | None = None,
        progress: bool = False,
    ) -> Embeddings:
        """Embed the works that have no embedding from a backbone yet; returns all its embeddings.

        Works whose pictures cannot be embedded are left out; ``progress=True`` names them.
        """
        values = {"backbone": backbone, "batch_size": batch_size, "inference": inference}
        do(self._library.workspace, "embed", values | {"collection": self.name}, progress)
        self._library.refresh(self.name)
        return self.embeddings(backbone)

    def export(self, out: str | os.PathLike[str]) -> int:
        """Write all metadata to a .csv (safe in spreadsheets) or .parquet; returns its rows."""
        return export_metadata(self._opened(), Path(out))

    def _opened(self) -> store.Collection:
        """The collection as it is now, not as it was cached."""
        return store.Collection.open(self._library.workspace, self.name)
