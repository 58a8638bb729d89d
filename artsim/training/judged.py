"""A backbone retrained by what people judged: the weights of its parts, chosen by their pairs.

A judgement says that one work is nearer to a query than another. The shares of the parts in a
cosine are fitted to such preferences by a logistic loss (Burges and others, "Learning to Rank using
Gradient Descent", ICML 2005), held to the shares that they had as strongly as cross-validation
over queries asks. Few numbers are fitted, so that some hundred judgements suffice, wrong ones too.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.backbones import fitted, fitted_record
from artsim.backbones.checkpoint import CARD, SPEC, WEIGHTS
from artsim.backbones.registry import list_backbones, network_of, resolve
from artsim.backbones.spec import BackboneSpec
from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.lazy import lazy
from artsim.core.workspace import checked_name
from artsim.evaluation.judgements import KINDS, JudgedPair, judged_pairs
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.galleries import Galleries
from artsim.training import record

if TYPE_CHECKING:
    from scipy import optimize
else:
    optimize = lazy("scipy.optimize")

Doubles = npt.NDArray[np.float64]
LEAST_QUERIES, LEAST_PREFERENCES = 5, 20
_OTHERS = 20  # random works that stand against what is related to a query
_MOST = 200  # preferences of one query
_SHARPNESS = 10.0  # of the logistic loss to begin with: cosines differ by tenths
_PULLS = (0.01, 0.1, 1.0, 10.0)  # towards the shares that the parts had
_FOLDS = 5
_SMALLEST = 1e-4  # least share of a part: with none it would have no length
_LONGEST_ORIGIN = 500  # as spec.py allows


@dataclass(frozen=True)
class Retrained:
    """The published backbone: its shares before and after, and how many judgements it learnt from.

    ``agreement`` is the share of the judgements that were kept aside, in turn, and that agree with
    the new shares and with the old ones.
    """

    name: str
    folder: Path = field(repr=False)
    pairs: int
    queries: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    agreement: tuple[float, float]

    def to_json(self) -> dict[str, Any]:
        """What ``artsim retrain --json`` prints."""
        return {
            "name": self.name,
            "pairs": self.pairs,
            "queries": self.queries,
            "before": dict(self.before),
            "after": dict(self.after),
            "agreement": {"after": self.agreement[0], "before": self.agreement[1]},
        }


def retrain(
    galleries: Galleries,
    collection: str,
    backbone: str,
    name: str,
    kinds: Sequence[str] = KINDS,
    seed: int = 0,
) -> Retrained:
    """Publish ``checkpoints/<name>``: ``backbone`` with parts weighed as people judged.

    Its record names the works and the kinds of judgements, so that no evaluation is by the same.
    Raises InvalidInput for a backbone without parts, too few judgements, and judgements that no
    other weights fit better; Conflict where the name is taken.
    """
    policy.ask(Action.TRAIN)
    workspace = galleries.workspace
    checked_name(name, "backbone")
    if any(info.name == name for info in list_backbones(workspace)):
        raise Conflict(f"There is a backbone {name!r} already: choose another name.")
    spec = network_of(resolve(workspace, backbone, fetch=False))
    if len(spec.parts) < 2 or spec.weights_file is None:
        raise InvalidInput(
            f"{backbone!r} has no parts that judgements could weigh: choose a backbone that artsim "
            "trained."
        )
    pairs = judged_pairs(workspace, collection, kinds)
    gallery = galleries.gallery(collection, backbone, spec.digest)
    cosines = part_vectors(np.asarray(gallery.matrix), [part.dimension for part in spec.parts])
    preferred, queries = preferences(pairs, list(gallery.ids), cosines, seed)
    before = np.array([part.weight**2 for part in spec.parts])
    shares, agreement = fit_shares(preferred, queries, before / before.sum(), seed)
    parts = tuple(
        part.model_copy(update={"weight": float(np.sqrt(share * before.sum()))})
        for part, share in zip(spec.parts, shares, strict=True)
    )
    names = [part.name for part in spec.parts]
    told = Retrained(
        name,
        record.published_folder(workspace, name),
        len(pairs),
        len(np.unique(queries)),
        dict(zip(names, (before / before.sum()).tolist(), strict=True)),
        dict(zip(names, shares.tolist(), strict=True)),
        agreement,
    )
    origin = f"{backbone} with parts weighed by {count(len(pairs), 'judgement')} on {collection!r}"
    changed = {
        "name": name,
        "parts": parts,
        "origin": f"{origin}; {spec.origin}"[:_LONGEST_ORIGIN],
        "metrics": {},  # those of other weights
    }
    judged = sorted({work for pair in pairs for work in (pair.query, pair.work)})
    seen = fitted_record.seen_works(collection, judged, ["validation"] * len(judged))
    own = fitted_record.Step("training", name, seen, judged=tuple(kinds))
    steps = [own, *fitted.inherited(workspace, "start", backbone)]
    _publish(told, spec.weights_file, spec.model_copy(update=changed), steps, origin)
    return told


def part_vectors(matrix: npt.NDArray[np.float32], dimensions: Sequence[int]) -> list[Doubles]:
    """Each part of embeddings [N, D] at length 1, float64 [N, d]."""
    ends = np.cumsum(dimensions)[:-1]
    found = []
    for part in np.split(matrix.astype(np.float64), ends, axis=1):
        lengths = np.linalg.norm(part, axis=1, keepdims=True)
        found.append(part / np.where(lengths > 0, lengths, 1.0))
    return found


def preferences(
    pairs: Sequence[JudgedPair], ids: Sequence[str], parts: Sequence[Doubles], seed: int
) -> tuple[Doubles, npt.NDArray[np.int64]]:
    """Preferences as differences of the parts' cosines [M, P], and the query of each [M].

    A related work is preferred to works judged not related, and to random ones.
    Raises InvalidInput where there are too few.
    """
    rng = np.random.default_rng(seed)
    row_of = {name: row for row, name in enumerate(ids)}
    judged: dict[int, tuple[list[int], list[int]]] = {}
    for pair in pairs:
        if pair.query in row_of and pair.work in row_of:
            found = judged.setdefault(row_of[pair.query], ([], []))
            found[0 if pair.related else 1].append(row_of[pair.work])
    differences, queries = [np.empty((0, len(parts)))], []
    for query, (near, far) in judged.items():
        if not near:
            continue
        # People mostly judge what a search found: alone that says little of all other works.
        others = [*far, *_others(rng, len(ids), {query, *near, *far})]
        cosines = np.stack([part[[*near, *others]] @ part[query] for part in parts], axis=1)
        apart = cosines[: len(near), None] - cosines[None, len(near) :]
        apart = apart.reshape(-1, len(parts))
        apart = apart[rng.permutation(len(apart))[:_MOST]]
        differences.append(apart)
        queries += [query] * len(apart)
    if len(set(queries)) < LEAST_QUERIES or len(queries) < LEAST_PREFERENCES:
        raise InvalidInput(
            f"There are judgements on {count(len(set(queries)), 'work')}, too few to learn from: "
            f"vote or mark until there are {LEAST_QUERIES}, with {LEAST_PREFERENCES} comparisons."
        )
    return np.concatenate(differences), np.array(queries, np.int64)


def fit_shares(
    preferred: Doubles, queries: npt.NDArray[np.int64], before: Doubles, seed: int
) -> tuple[Doubles, tuple[float, float]]:
    """Shares [P] of the parts that fit ``preferred`` [M, P], and how many kept aside agree.

    Raises InvalidInput where no shares agree better with judgements kept aside than ``before``.
    """
    rng = np.random.default_rng(seed)
    names, places = np.unique(queries, return_inverse=True)
    folds = rng.permutation(len(names))[places] % _FOLDS
    weights = 1 / np.bincount(places)[places]  # each query counts alike
    old = _agreement(preferred, weights, before)
    scores = []
    for pull in _PULLS:
        right = 0.0
        for fold in range(_FOLDS):
            aside = folds == fold
            found = _fitted(preferred[~aside], weights[~aside], before, pull)
            right += _agreement(preferred[aside], weights[aside], found) * weights[aside].sum()
        scores.append(right / weights.sum())
    best = int(np.argmax(scores))
    if scores[best] <= old:
        raise InvalidInput(
            "No other weights of the parts agree better with these judgements than those that the "
            "backbone has: it stays as it is."
        )
    return _fitted(preferred, weights, before, _PULLS[best]), (scores[best], old)


def _fitted(preferred: Doubles, weights: Doubles, before: Doubles, pull: float) -> Doubles:
    """The shares of the lowest loss; they are positive and sum to 1.

    How sharp the logistic curve is is fitted too: judges who err often make it flat.
    """

    def loss(point: Doubles) -> float:
        shares = _shares(point[:-1])
        margins = np.exp(point[-1]) * (preferred @ shares)
        far = float(np.square(shares - before).sum())
        return float(np.average(np.logaddexp(0.0, -margins), weights=weights)) + pull * far

    start = np.append(np.log(np.maximum(before, _SMALLEST)), np.log(_SHARPNESS))
    return _shares(optimize.minimize(loss, start, method="L-BFGS-B").x[:-1])


def _shares(logits: Doubles) -> Doubles:
    raised = np.exp(logits - logits.max())
    shares = np.maximum(raised / raised.sum(), _SMALLEST)
    return np.asarray(shares / shares.sum(), np.float64)


def _agreement(preferred: Doubles, weights: Doubles, shares: Doubles) -> float:
    return float(np.average(preferred @ shares > 0, weights=weights))


def _others(rng: np.random.Generator, count: int, left_out: set[int]) -> list[int]:
    drawn = rng.permutation(count)[: _OTHERS + len(left_out)].tolist()
    return [row for row in drawn if row not in left_out][:_OTHERS]


def _publish(
    told: Retrained,
    weights: Path,
    spec: BackboneSpec,
    steps: Sequence[fitted_record.Step],
    origin: str,
) -> None:
    try:
        with atomic.new_folder(told.folder) as aside:
            shutil.copyfile(weights, aside / WEIGHTS)
            (aside / SPEC).write_text(spec.to_json(), encoding="utf-8")
            (aside / CARD).write_text(_card(told, spec, origin), encoding="utf-8")
            run = aside / fitted_record.RUN
            run.mkdir()
            fitted_record.write(run, steps)
    except FileExistsError as error:
        raise Conflict(f"There is a backbone {told.name!r} already.") from error


def _card(told: Retrained, spec: BackboneSpec, origin: str) -> str:
    new, old = told.agreement
    lines = [
        f"# {told.name}",
        "",
        f"{origin[:1].upper()}{origin[1:]}. The network is the same; the shares of its parts in a "
        "cosine are not:",
        "",
        "| Part | before | now |",
        "|---|---|---|",
        *(f"| {name} | {told.before[name]:.1%} | {told.after[name]:.1%} |" for name in told.after),
        "",
        f"Of judgements kept aside in turn {new:.1%} agree with the new shares, {old:.1%} with the "
        "old ones. The same judgements cannot judge it again; every work that they are about is "
        "named in `run/fitted_on.json`.",
        "",
        f"Licence: {spec.licence or 'none stated'}.",
        "",
    ]
    return "\n".join(lines)
