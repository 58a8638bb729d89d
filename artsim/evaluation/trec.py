"""TREC's two formats: judged pairs (qrels) in and out, and ranked lists (run files) out.

trec_eval, pytrec_eval and ranx read both.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.judgement import Judgement, Listed
from artsim.evaluation.results import Evaluation

Grades = Mapping[str, Mapping[str, float]]
QRELS = "qrels"
_TAG = "artsim"
_FIELDS = 4  # query, iteration, work, grade


def read_qrels(text: str) -> dict[str, dict[str, float]]:
    """Grades of works by query from lines of 'QUERY 0 WORK GRADE'; 0 or less is not relevant.

    Ids with spaces stand in double quotes. Raises InvalidInput that names the first bad line.

    >>> read_qrels("w1 0 w2 2\\nw1 0 w3 0\\n")
    {'w1': {'w2': 2.0, 'w3': 0.0}}
    """
    found: dict[str, dict[str, float]] = {}
    words = csv.reader(io.StringIO(re.sub(r"[ \t]+", " ", text)), delimiter=" ")
    for number, line in enumerate(words, 1):
        fields = [word for word in line if word]
        if not fields:
            continue
        grade = _number(fields[3]) if len(fields) == _FIELDS else None
        if grade is None:
            raise InvalidInput(
                f"Line {number:,} of the judged pairs is no 'QUERY 0 WORK GRADE': "
                f"{' '.join(fields)[:60]!r}."
            )
        found.setdefault(fields[0], {})[fields[2]] = grade
    if not found:
        raise InvalidInput("The table of judged pairs is empty: give lines 'QUERY 0 WORK GRADE'.")
    return found


def judged_pairs(grades: Grades, work_ids: Sequence[str], query_ids: Sequence[str]) -> Listed:
    """The judgement that ``grades`` make over the works and queries of an evaluation.

    Ids that are not there are passed over; a grade of 0 or less is not relevant.
    """
    rows = {work: row for row, work in enumerate(work_ids)}
    pairs = {
        query * len(work_ids) + rows[work]: grade
        for query, query_id in enumerate(query_ids)
        for work, grade in grades.get(query_id, {}).items()
        if work in rows and grade > 0
    }
    keys = np.array(sorted(pairs), np.int64)
    weights = np.array([pairs[int(key)] for key in keys])
    graded = weights if len(set(pairs.values())) > 1 else None
    return Listed(QRELS, len(query_ids), len(work_ids), keys, graded)


def write_trec(
    folder: Path, evaluation: Evaluation, material: EvaluationSet, judgements: Iterable[Judgement]
) -> list[Path]:
    """Write a run file for each backbone and relevance, and qrels for each relevance; the files.

    Scores of a run file fall by one a rank: the tools sort by them and break ties in another order
    than artsim. Lists have as many works as an evaluation stores for each query.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (backbone, relevance), rows in evaluation.per_query.to_pandas().groupby(
        ["backbone", "relevance"], sort=False
    ):
        lines = [
            f"{_quoted(query)} Q0 {_quoted(work)} {rank} {len(works) - rank + 1} {_TAG}"
            for query, works in zip(rows["id"], rows["retrieved"], strict=True)
            for rank, work in enumerate(works, 1)
        ]
        written.append(_write(folder, f"run.{backbone}.{relevance}.txt", lines))
    for judgement in judgements:
        lines = []
        for query, query_id in enumerate(material.query_ids):
            works = np.setdiff1d(judgement.rows(query), material.exclude[query])
            grades = judgement.grades(np.full(len(works), query), works)
            for i, work in enumerate(works):
                grade = 1 if grades is None else float(grades[i])
                lines.append(f"{_quoted(query_id)} 0 {_quoted(material.work_ids[work])} {grade:g}")
        written.append(_write(folder, f"qrels.{judgement.name}.txt", lines))
    return written


def _write(folder: Path, name: str, lines: list[str]) -> Path:
    target = folder / re.sub(r"[^\w.+-]", "_", name)
    atomic.write(target, "".join(f"{line}\n" for line in lines))
    return target


def _quoted(identity: str) -> str:
    return f'"{identity}"' if re.search(r"\s", identity) else identity


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
