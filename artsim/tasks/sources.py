"""Where artworks can be imported from: artsim's own sources and those of packages.

A package registers a ``SourceKind`` under the entry points ``artsim.sources``; the command line
and the Collections page then have it.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError, create_model

from artsim.collection.sources.base import Source, SourceKind
from artsim.collection.sources.nga.config import NgaConfig
from artsim.collection.sources.records.options import (
    DublinCoreOptions,
    IiifOptions,
    LidoOptions,
    LinkedArtOptions,
    RecordOptions,
)
from artsim.core.errors import InvalidInput
from artsim.core.fields import CollectionName, invalid
from artsim.core.lazy import lazy
from artsim.core.plugins import Registry
from artsim.core.workspace import Workspace
from artsim.tasks.configs import (
    DemoOptions,
    FolderOptions,
    ImportFolderConfig,
    ImportOptions,
    NgaImportConfig,
)

if TYPE_CHECKING:
    from artsim import demo
    from artsim.collection import uploads
    from artsim.collection.sources import folder, nga, uploaded
    from artsim.collection.sources.records import (
        dublincore,
        iiif,
        lido,
        linkedart,
        source,
    )
else:
    demo = lazy("artsim.demo")
    folder = lazy("artsim.collection.sources.folder")
    nga = lazy("artsim.collection.sources.nga")
    uploaded = lazy("artsim.collection.sources.uploaded")
    uploads = lazy("artsim.collection.uploads")
    dublincore = lazy("artsim.collection.sources.records.dublincore")
    iiif = lazy("artsim.collection.sources.records.iiif")
    lido = lazy("artsim.collection.sources.records.lido")
    linkedart = lazy("artsim.collection.sources.records.linkedart")
    source = lazy("artsim.collection.sources.records.source")


def _folder(options: FolderOptions, cache: Any) -> Source:  # noqa: ARG001
    if uploads.is_upload_folder(options.directory):
        return uploaded.UploadedSource(options.directory, options.id_column)
    return folder.FolderSource(
        options.directory,
        metadata=options.metadata,
        id_column=options.id_column,
        include_imageless=options.include_imageless,
        folders=options.folders,
        pages=options.pages,
        encoding=options.encoding,
    )


def _nga(options: NgaConfig, cache: Any) -> Source:
    return nga.NgaSource(options, cache)


def _demo(options: DemoOptions, cache: Any) -> Source:  # noqa: ARG001
    return demo.DemoSource(size=options.size, seed=options.seed)


def _records(name: str, title: str, options: type[RecordOptions], reader: Any) -> SourceKind:
    def opened(options: Any, cache: Any) -> Source:
        return source.RecordSource(name, title, reader.records, options, cache)

    return SourceKind(name, title, options, opened)


_RECORDS = (
    _records("iiif", "IIIF manifests", IiifOptions, iiif),
    _records("lido", "LIDO records", LidoOptions, lido),
    _records("linkedart", "Linked Art records", LinkedArtOptions, linkedart),
    _records("dublincore", "Dublin Core and EDM records", DublinCoreOptions, dublincore),
)
_OWN = (
    SourceKind("folder", "Your pictures", FolderOptions, _folder),
    SourceKind("nga", "National Gallery of Art", NgaConfig, _nga),
    SourceKind("demo", "Demo collection", DemoOptions, _demo),
    *_RECORDS,
)
_WITH_A_DOOR = ("folder", "nga", "demo")  # these have a command and a form of their own
_CONFIGS: dict[str, type[BaseModel]] = {"folder": ImportFolderConfig, "nga": NgaImportConfig}


def _accepted(name: str, thing: Any) -> SourceKind:
    if not isinstance(thing, SourceKind):
        raise InvalidInput(f"{type(thing).__name__} is no source: make one with SourceKind(...)")
    fields = sorted({"name", *ImportOptions.model_fields} & set(thing.options.model_fields))
    if fields:
        raise InvalidInput(f"{fields[0]!r} cannot be one of its options: every import has it")
    return replace(thing, name=name)


SOURCES: Registry[SourceKind] = Registry(
    "artsim.sources", "source", {kind.name: partial(replace, kind) for kind in _OWN}, _accepted
)


def others() -> dict[str, SourceKind]:
    """The sources without a command and a form of their own, by name; those of packages last."""
    return {name: kind for name, kind in SOURCES.usable().items() if name not in _WITH_A_DOOR}


def import_config(name: str) -> type[BaseModel]:
    """The config of an import from a source: its options, the collection, and how to check files.

    Raises NotFound, or Unavailable where the source cannot be used.
    """
    return _CONFIGS.get(name) or _config_of(SOURCES.get(name))


@cache
def _config_of(kind: SourceKind) -> type[BaseModel]:
    return create_model(
        f"Import_{kind.name}",
        __base__=(kind.options, ImportOptions),
        __doc__=f"Import from {kind.title}.",
        name=(
            CollectionName,
            Field(description="Name of the collection; one that exists grows"),
        ),
    )


def options_of(name: str, config: BaseModel) -> dict[str, Any]:
    """The options of a source in ``config``, as JSON: ``source_again`` makes the source of them."""
    return config.model_dump(mode="json", include=set(SOURCES.get(name).options.model_fields))


def source_again(workspace: Workspace, name: str, options: Mapping[str, Any]) -> Source:
    """The source with the ``options`` that ``options_of`` gave; raises InvalidInput where they no
    longer fit.
    """
    kind = SOURCES.get(name)
    try:
        return kind.open(kind.options.model_validate(dict(options)), workspace.cache / name)
    except ValidationError as error:
        raise invalid(error) from error


def source_of(workspace: Workspace, name: str, config: BaseModel) -> Source:
    """The source that ``config``, an ``import_config``, describes."""
    kind = SOURCES.get(name)
    values = {field: getattr(config, field) for field in kind.options.model_fields}
    return kind.open(kind.options(**values), workspace.cache / name)
