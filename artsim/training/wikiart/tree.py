"""A folder whose subfolders are the styles."""

from pathlib import Path

from artsim.collection.sources.files import FoundFile, find_files
from artsim.collection.sources.layout import artist_and_title, named_by_artist
from artsim.core.errors import InvalidInput
from artsim.training.wikiart.listing import Entry, LeftOut, Listing
from artsim.training.wikiart.table import check_folder

_SPLIT_NAMES = {"train", "val", "valid", "validation", "test"}


def read_tree(images: Path) -> Listing:
    """Every picture below ``images``, its style the folder of the first level.

    Where most files are named ``artist-name_title`` artist and title are read from the names.
    Raises InvalidInput where there are no style folders, or they are splits already.
    """
    notes: list[str] = []
    found = find_files(check_folder(images), None, notes)
    left = [LeftOut(f.file, "", f.reject) for f in found if f.reject]
    left += [LeftOut(f.file, "", "stands in no style's folder") for f in found if _loose(f)]
    usable = [f for f in found if not f.reject and not _loose(f)]
    folders = {f.file.partition("/")[0] for f in usable}
    if not folders:
        raise InvalidInput(
            f"{images} has no subfolders with pictures: give a folder with one subfolder a style, "
            "or a table with --csv."
        )
    if {name.casefold() for name in folders} <= _SPLIT_NAMES:
        raise InvalidInput(
            f"{images} is split already ({', '.join(sorted(folders))}): train on it as it is, or "
            "give the folder of one split."
        )
    told = named_by_artist(usable)
    named = {f.file: artist_and_title(f.stem) if told else ("", "") for f in usable}
    if told:
        notes.append("Artists and titles were read from the names of the files.")
    entries = tuple(
        Entry(
            f.file,
            style=f.file.partition("/")[0],
            artist=named[f.file][0],
            title=named[f.file][1],
            slug=bool(named[f.file][0]),
        )
        for f in usable
    )
    paths = {f.file: f.path for f in usable}
    return Listing(images.name, len(found), entries, tuple(left), tuple(notes), paths)


def _loose(found: FoundFile) -> bool:
    return not found.reject and "/" not in found.file
