"""The question that a view asks: its marks as items, and its dials and filters."""

from collections.abc import Callable

from artsim.images.query_pictures import QueryPicture
from artsim.search.mark import WITHOUT_FIRST, Mark
from artsim.search.query import Query
from artsim.search.query_item import Item
from artsim.search.view import View

Pictures = Callable[[str], QueryPicture]


def marked(view: View, pictures: Pictures) -> dict[str, tuple[Item, ...]]:
    """What is liked (+) and what is not (-) in the round that is shown.

    ``pictures`` gives the one of a digest. Raises NotFound for a picture that is gone.

    >>> from artsim.images.query_pictures import QueryPicture
    >>> view = View("demo", query="w1", rounds=("-w2",), round=1)
    >>> [item.id for item in marked(view, QueryPicture)["-"]]
    ['w2']
    """
    found: dict[str, list[Item]] = {"+": [], "-": []}
    if WITHOUT_FIRST not in view.answered:
        if view.upload:
            found["+"].append(Item(picture=pictures(view.upload)))
        elif view.query:
            found["+"].append(Item(id=view.query))
    for text in view.answered:
        if text != WITHOUT_FIRST:
            found[text[0]].append(_item(Mark.of(text), pictures))
    return {sign: tuple(items) for sign, items in found.items()}


def query_of(view: View, pictures: Pictures) -> Query:
    """What a view that asks something searches for; raises NotFound and InvalidInput."""
    items = marked(view, pictures)
    return Query(
        backbone=view.backbone,
        metric=view.metric,
        k=view.k,
        filters=view.filters(),
        copies=view.copies,
        like=items["+"],
        unlike=items["-"],
        dials=view.dials(),
        order=view.order,
    )


def pictures_of(view: View) -> set[str]:
    """Digests of all pictures that a view searches with, or has marked."""
    texts = [*view.marks, *(text for round_ in view.rounds for text in round_.split(","))]
    marks = [Mark.of(text) for text in texts if text[1:].startswith("picture:")]
    return {digest for digest in (view.upload, *(one.picture for one in marks)) if digest}


def _item(mark: Mark, pictures: Pictures) -> Item:
    if mark.concept:
        return Item(concept=mark.concept)
    if mark.words:
        return Item(words=mark.words)
    if mark.picture:
        return Item(picture=pictures(mark.picture), box=mark.box)
    return Item(id=mark.work, box=mark.box)
