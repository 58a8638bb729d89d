"""The model card: what a backbone was trained on, what it reaches, and what it cannot tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from artsim.backbones.spec import BackboneSpec
from artsim.core.counts import count

_TITLES = {
    "map10_style": "mAP@10 by style",
    "map10_style_other_artists": "mAP@10 by style, without the artist's own works",
    "map10_style_unseen_artists": "mAP@10 by style, asked by artists kept aside",
    "map10_genre": "mAP@10 by genre",
    "map10_genre_unseen_artists": "mAP@10 by genre, asked by artists kept aside",
    "map10_artist": "mAP@10 by artist",
    "map10_unseen_artist": "mAP@10 by artist, artists kept aside",
    "map10_mean": "mAP@10, mean of the labels",
    "map10_choice": "what the epoch and the weights were chosen by",
}
_BEFORE = (
    " They are figures of the train-only fit: the published parts were fitted again on these works "
    "too, and no figure of those parts on them is reported."
)


@dataclass(frozen=True)
class Provenance:
    """How the backbone ``name`` was made: from ``backbone``, with or without its weights.

    ``not_known`` names what it was made of whose own works are not known.
    """

    name: str
    backbone: str
    pretrained: bool
    teacher: str | None
    recipe: str
    image_size: int
    seed: int
    refit: bool
    not_known: tuple[str, ...] = ()


def model_card(spec: BackboneSpec, provenance: Provenance, summary: Mapping[str, Any]) -> str:
    """README.md of a trained backbone; ``summary`` is what summary.json holds."""
    images = summary["images"]
    start = "no weights, from scratch"
    if provenance.pretrained:
        start = f"the weights of `{provenance.backbone}`"
    taught = f", with `{provenance.teacher}` as its teacher" if provenance.teacher else ""
    lines = [
        f"# {spec.name}",
        "",
        f"{spec.family} (`{spec.architecture}` of timm), trained by artsim to retrieve works of "
        f"art. It started from {start}{taught}.",
        "",
        "## Trained on",
        f"- {summary['source']}: {count(images['train'], 'work')} to train on, "
        f"{images['validation']:,} to choose by, {count(images['unseen'], 'work')} of artists kept "
        "aside.",
        f"- {_fitted(provenance.refit)} Every work is named in `run/fitted_on.json`.",
        *(f"- What `{name}` was fitted on is not known." for name in provenance.not_known),
        f"- Data fingerprint (ids, pictures, labels): `{summary['data_fingerprint']}`",
        "- Labels: "
        + ", ".join(f"{label} ({count:,})" for label, count in summary["classes"].items()),
        f"- artsim {summary['code_version']}, recipe `{provenance.recipe}`, seed "
        f"{provenance.seed}, {summary['epochs']} epochs at {provenance.image_size} px, the best "
        f"was epoch {summary['best_epoch']}; every number is in `run/config.json`.",
        "",
        "## Embedding",
        f"- {spec.dimension:,} numbers from pictures squashed to {spec.input_size} x "
        f"{spec.input_size} px.",
        *_wide(spec),
        *_parts(spec),
        "",
        "## Figures on works kept aside",
        *_figures(summary),
        "",
        "Validation works ask, works trained on answer; photographs and versions of one work are "
        "never on both sides. Artists kept aside ask among themselves by their names, and works "
        "trained on by every other label. The weights of the parts and the best epoch were chosen "
        "by artists, and by the other labels of artists kept aside, so other works will give a "
        "little less." + (_BEFORE if provenance.refit else ""),
        "",
        "## Limits",
        "- It has learnt the labels of its source, mistakes included, and knows no others.",
        "- Small styles are often one artist's: style figures partly measure artists.",
        "- Photographs of paintings only; frames, sculptures and views of rooms were not trained.",
        *(f"- {note}" for note in summary["notes"]),
        "",
        "## Licence",
        f"{spec.licence or 'None stated'}. {_rights(provenance)}",
        "",
    ]
    return "\n".join(lines)


def _fitted(refit: bool) -> str:
    if refit:
        return (
            "Fitted on all of these works: the parts of the embedding were fitted again at the "
            "end, on the works kept aside as well. No figure of this backbone on any of them is "
            "one on works that it did not see."
        )
    return "Fitted on the works to train on; by the others its epoch and weights were chosen."


def _wide(spec: BackboneSpec) -> list[str]:
    found = []
    if spec.covariances:
        stages = ", ".join(f"`{one.stage}`" for one in spec.covariances)
        found.append(f"- It looks at how the channels of {stages} vary together.")
    if spec.beside:
        found.append(
            "- The network as it was before training stands beside the trained one and sees every "
            "picture too: twice the time."
        )
    return found


def _parts(spec: BackboneSpec) -> list[str]:
    if not spec.parts:
        return []
    total = sum(part.weight**2 for part in spec.parts)
    named = ", ".join(f"{part.name} {part.weight**2 / total:.0%}" for part in spec.parts)
    return [f"- Its parts, and each one's share of a cosine: {named}."]


def _figures(summary: Mapping[str, Any]) -> list[str]:
    metrics, base = summary["metrics"], summary.get("base") or {}
    lines = ["| | this backbone | before training |", "|---|---|---|"]
    for name, title in _TITLES.items():
        if name in metrics:
            before = f"{base[name]:.3f}" if name in base else ""
            lines.append(f"| {title} | {metrics[name]:.3f} | {before} |")
    for name, value in metrics.items():
        if name not in _TITLES:
            lines.append(f"| {name.replace('_', ' ')} | {value:.3f} | |")
    return lines


def _rights(provenance: Provenance) -> str:
    if not provenance.pretrained:
        taught = f" and the embeddings of `{provenance.teacher}`" if provenance.teacher else ""
        return f"The weights were made from nothing but the pictures named above{taught}."
    return f"It is that of `{provenance.backbone}`, whose weights it was made of."
