"""Folders as trainings leave them: the formats of artsim.training.record with made-up figures."""

import csv
import json
import math

from artsim.backbones.spec import BackboneSpec
from artsim.training import record
from artsim.training.config import TrainConfig

STYLES = ("Impressionism", "Baroque", "Cubism", "Rococo", "Romanticism", "Ukiyo-e")


def config_of(**values):
    return TrainConfig(
        **{"source": "demo", "backbone": "efficientnet_lite0", "name": "mine"} | values
    )


def rows_of(labels, epochs, nan_at=0):
    """Lines of metrics.csv that learn and then learn no more."""
    best, rows = -1.0, []
    for epoch in range(1, epochs + 1):
        learnt = 1 - math.exp(-epoch / 4) - max(0, epoch - 12) * 0.004
        row = {
            "epoch": epoch,
            "seconds": 61.5,
            "learning_rate": 1e-3 * (1 + math.cos(math.pi * epoch / epochs)) / 2,
            "images_per_second": 38.2 + epoch % 3,
            "train_loss": 3.2 * math.exp(-epoch / 5) + 0.3,
            "val_loss": math.nan if epoch == nan_at else 3.3 * math.exp(-epoch / 6) + 0.7,
        }
        for i, label in enumerate(labels):
            row[f"train_accuracy_{label}"] = 0.35 + 0.6 * learnt - 0.06 * i
            row[f"accuracy_{label}"] = 0.3 + 0.42 * learnt - 0.06 * i
            row[f"macro_f1_{label}"] = 0.24 + 0.4 * learnt - 0.06 * i
            row[f"map10_{label}"] = 0.15 + (0.42 - 0.07 * i) * learnt
        row["map10_unseen_artist"] = 0.12 + 0.1 * learnt if "artist" in labels else ""
        row["map10_mean"] = sum(row[f"map10_{label}"] for label in labels) / len(labels)
        row["best"] = int(row["map10_mean"] > best)
        best = max(best, row["map10_mean"])
        rows.append(row)
    return rows


def write_run(folder, config, epochs, planned=None, names=STYLES):
    """The files of a training of ``epochs`` epochs, of which ``planned`` were planned."""
    folder.mkdir(parents=True)
    told = {**config.model_dump(mode="json"), "epochs_planned": planned or epochs}
    (folder / record.CONFIG).write_text(json.dumps(told))
    rows = rows_of(config.labels, epochs)
    with (folder / record.METRICS).open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, record.columns(config.labels))
        lines.writeheader()
        lines.writerows(rows)
    counts = [
        [40 if i == j else (7 * i + 3 * j) % 6 for j in range(len(names))]
        for i in range(len(names))
    ]
    counts[0][1] = 9  # the first class is taken for the second most
    table = {"names": list(names), "counts": counts}
    (folder / record.CONFUSION).write_text(json.dumps(dict.fromkeys(config.labels, table)))
    (folder / record.LOG).write_text("".join(f"epoch {n} is done\n" for n in range(epochs)))
    return rows


def unfinished(workspace, config, epochs, planned, names=STYLES):
    """A training that ended before it was published."""
    return write_run(record.running_folder(workspace, config.name), config, epochs, planned, names)


def published(workspace, config, epochs, card="# A card\n", base=True, notes=(), names=STYLES):
    """A finished training, its backbone with weights that nobody can read."""
    folder = record.published_folder(workspace, config.name)
    rows = write_run(folder / "run", config, epochs, None, names)
    best = [row for row in rows if row["best"]][-1]
    figures = {k: v for k, v in best.items() if k.startswith(("map10", "accuracy", "macro"))}
    summary = {
        "best_epoch": best["epoch"],
        "epochs": epochs,
        "stopped": "early",
        "seconds": 61.5 * epochs,
        "images": {"train": 4_210, "validation": 574, "unseen": 310},
        "classes": dict.fromkeys(config.labels, len(names)),
        "metrics": figures,
        "notes": list(notes),
    }
    if base:
        summary["base"] = {k: v * 0.6 for k, v in figures.items() if isinstance(v, float)}
    (folder / "run" / record.SUMMARY).write_text(json.dumps(summary))
    spec = BackboneSpec(
        name=config.name,
        family="EfficientNet",
        architecture="test_efficientnet",
        weights="a" * 64,
        input_size=32,
        crop_pct=1.0,
        interpolation="bilinear",
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        pooling="",
        dimension=8,
        origin="trained for a test",
    )
    (folder / "backbone.json").write_text(spec.to_json())
    (folder / "model.safetensors").write_bytes(b"\x00" * 16)
    (folder / "README.md").write_text(card)
