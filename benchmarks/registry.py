"""Every benchmark: a line here and the module of that name make one.

The value says how ``python -m benchmarks all`` runs it, ``{home}`` being the workspace of the
paintings, which the first to need it fills; None keeps it out of ``all``.
"""

BENCHMARKS: dict[str, str | None] = {
    "search": "",
    "approximate": "--peers",
    "embed": "",
    "one_pass": "",
    "int8": "",
    "quality": "",
    "groups": "",
    "field": "",
    "evaluate": "--home {home}",
    "honesty": "--home {home}",
    "predecessor": "--home {home}",
    "calibration": "--home {home}",
    "maps": "--home {home}",
    "train": "--home {home}",
    "transfer": "--home {home}",
    "asking": "--home {home} --part speed dials marks",
    "asking_text": "",
    "asking_concepts": "--home {home}",
    "asking_identify": "--home {home}",
    "asking_regions": "--home {home}",
    "asking_why": "--home {home}",
    "app": "",
    "map_page": "",
    "tasks": "",
    "load": "",
    "hostile": "",
    "object_store": "",
    "ray_embed": "",
    "milvus": "--sq8",
    "growth": "",
    "before_works": None,
    "app_before": None,
    "train_ablation": None,
    "mutation": None,
    "faults": None,
}
