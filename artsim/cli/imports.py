"""``artsim collection import``: a folder, the National Gallery of Art, sources of packages."""

from pathlib import Path
from typing import Annotated

import typer

from artsim.cli.do_import import NO_QUALITY, Embed, Threshold, Yes, do_import
from artsim.cli.import_source import Sources
from artsim.cli.options import Detach, Json, argument, build, option, thresholds
from artsim.tasks.configs import ImportFolderConfig, NgaImportConfig

app = typer.Typer(
    cls=Sources,
    help="Import artworks into a new collection or an old one; unchanged files are not read again.",
    epilog="Example: artsim collection import folder ~/paintings --name paintings",
    rich_markup_mode=None,
)


@app.command(
    epilog="Example: artsim collection import folder ~/paintings --metadata works.csv --name mine"
)
def folder(
    directory: Annotated[Path, argument(ImportFolderConfig, "directory", "DIR")],
    name: Annotated[str, option(ImportFolderConfig, "name")],
    title: Annotated[str, option(ImportFolderConfig, "title", show_default=False)] = "",
    metadata: Annotated[
        Path | None, option(ImportFolderConfig, "metadata", metavar="TABLE")
    ] = None,
    id_column: Annotated[str, option(ImportFolderConfig, "id_column")] = "id",
    include_imageless: Annotated[
        bool, option(ImportFolderConfig, "include_imageless", "--include-imageless")
    ] = False,
    folders: Annotated[str, option(ImportFolderConfig, "folders", show_default=False)] = "",
    pages: Annotated[str, option(ImportFolderConfig, "pages", metavar="first|all")] = "first",
    encoding: Annotated[str, option(ImportFolderConfig, "encoding", show_default=False)] = "",
    no_quality: Annotated[bool, typer.Option("--no-quality", help=NO_QUALITY)] = False,
    threshold: Threshold = None,
    yes: Yes = False,
    embed: Embed = None,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Import a folder of pictures, with or without a table of metadata."""
    config = build(
        ImportFolderConfig,
        name=name,
        title=title,
        directory=directory,
        metadata=metadata,
        id_column=id_column,
        include_imageless=include_imageless,
        folders=folders,
        pages=pages,
        encoding=encoding,
        quality=not no_quality,
        thresholds=thresholds(threshold),
        yes=yes,
        embed=embed,
    )
    do_import("import_folder", config, name, detach, as_json)


@app.command(epilog="Example: artsim collection import nga --name nga --limit 400")
def nga(
    name: Annotated[str, option(NgaImportConfig, "name")],
    title: Annotated[str, option(NgaImportConfig, "title", show_default=False)] = "",
    limit: Annotated[int | None, option(NgaImportConfig, "limit")] = None,
    classification: Annotated[str, option(NgaImportConfig, "classification")] = "painting",
    objects: Annotated[str | None, option(NgaImportConfig, "objects", metavar="FILE|URL")] = None,
    images: Annotated[str | None, option(NgaImportConfig, "images", metavar="FILE|URL")] = None,
    constituents: Annotated[
        str | None, option(NgaImportConfig, "constituents", metavar="FILE|URL")
    ] = None,
    objects_constituents: Annotated[
        str | None, option(NgaImportConfig, "objects_constituents", metavar="FILE|URL")
    ] = None,
    terms: Annotated[str | None, option(NgaImportConfig, "terms", metavar="FILE|URL")] = None,
    image_size: Annotated[int, option(NgaImportConfig, "image_size")] = 600,
    concurrency: Annotated[int, option(NgaImportConfig, "concurrency")] = 8,
    allow_host: Annotated[
        list[str] | None, option(NgaImportConfig, "allow_hosts", "--allow-host", metavar="HOST")
    ] = None,
    include_restricted: Annotated[
        bool, option(NgaImportConfig, "include_restricted", "--include-restricted")
    ] = False,
    include_imageless: Annotated[
        bool, option(NgaImportConfig, "include_imageless", "--include-imageless")
    ] = False,
    no_quality: Annotated[bool, typer.Option("--no-quality", help=NO_QUALITY)] = False,
    threshold: Threshold = None,
    yes: Yes = False,
    embed: Embed = None,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Import works of the National Gallery of Art, Washington, from its open data."""
    tables = {
        "objects": objects,
        "images": images,
        "constituents": constituents,
        "objects_constituents": objects_constituents,
        "terms": terms,
    }
    config = build(
        NgaImportConfig,
        name=name,
        title=title,
        limit=limit,
        classification=classification,
        image_size=image_size,
        concurrency=concurrency,
        allow_hosts=tuple(allow_host or ()),
        include_restricted=include_restricted,
        include_imageless=include_imageless,
        quality=not no_quality,
        thresholds=thresholds(threshold),
        yes=yes,
        embed=embed,
        **{role: _located(place) for role, place in tables.items() if place is not None},
    )
    do_import("import_nga", config, name, detach, as_json)


def _located(place: str) -> str:
    """A file's path made absolute, so that a background job finds it too; a URL as it is."""
    if "://" in place or not place:
        return place
    return str(Path(place).expanduser().absolute())
