"""What was measured of two pictures, in one plain sentence and no more than that."""

from artsim.core.counts import count
from artsim.explain.appearance import Appearance
from artsim.explain.parts import WHOLE, Share

_MUCH, _SOME = 0.5, 0.2  # of the areas in colours that both have
_LAID_OUT = 0.5  # correlation of layouts from which on they are called alike
_NAMED = 2


def sentence(
    score: float, metric: str, parts: tuple[Share, ...], seen: Appearance, places: int | None
) -> str:
    """One sentence on two pictures; ``places`` correspond, None where that was not looked at."""
    said = [_score(score, metric, parts), _colours(seen)]
    if seen.composition is not None and seen.composition >= _LAID_OUT:
        said.append(f"light and dark lie alike (correlation {seen.composition:.2f})")
    elif seen.composition is not None:
        said.append(f"light and dark do not lie alike (correlation {seen.composition:.2f})")
    if places is not None:
        said.append(_places(places))
    return "; ".join(said) + "."


def _score(score: float, metric: str, parts: tuple[Share, ...]) -> str:
    if metric != "cosine":
        return f"They are {-score:.2f} apart"
    if len(parts) == 1 and parts[0].name == WHOLE:
        return f"They score {score:.2f}, and this backbone does not say in what"
    most = sorted((one for one in parts if one.share > 0), key=lambda one: -one.share)[:_NAMED]
    if score <= 0 or not most:
        return f"They score {score:.2f}: this backbone finds nothing alike in them"
    named = " and ".join(f"{one.share:.2f} from the part '{one.name}'" for one in most)
    return f"They score {score:.2f}, of which {named}"


def _colours(seen: Appearance) -> str:
    if seen.colours >= _MUCH:
        return f"they share much of their colours ({seen.colours:.0%} of the areas)"
    if seen.colours >= _SOME:
        return f"they share some of their colours ({seen.colours:.0%} of the areas)"
    return f"they share few colours ({seen.colours:.0%} of the areas)"


def _places(number: int) -> str:
    if not number:
        return "no places were found to correspond"
    return count(number, "place corresponds", "places correspond")
