"""A collection to evaluate, and configs for it."""

import numpy as np

from artsim.evaluation.config import EvaluateConfig

TITLES = ("The mill", "The mill II", "Untitled", "Sea view", "Sea views", "Dawn")
K = 5


def works_of(count=40, prefix="w", seed=0):
    rng = np.random.default_rng(seed)
    return [
        {
            "id": f"{prefix}{i}",
            "title": TITLES[rng.integers(len(TITLES))],
            "artist": f"Artist {rng.integers(6)}",
            "style": ["Cubism", "Baroque", None][rng.integers(3)],
            "year": int(rng.integers(1590, 1960)) if i % 5 else None,
            "duplicate_group": f"g-{i % 3}" if i < 9 else None,
        }
        for i in range(count)
    ]


def config_of(**values):
    return EvaluateConfig(**{"collection": "mine", "backbones": ("tiny",), "k": K} | values)


def alike(count, **same):
    return [{"id": f"w{i}", **same} for i in range(count)]
