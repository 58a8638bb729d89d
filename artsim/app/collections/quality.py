"""The quality report of a collection: what became of every file, and why."""

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets.texts import advice, plain
from artsim.collection.reconcile import quality_report
from artsim.collection.store import Collection, CollectionInfo
from artsim.core.counts import count

_WORDS = {
    "keep": "Kept",
    "convert": "Converted",
    "reject": "Left out",
    "duplicate": "Merged",
}
_MOST = 2000


def show(info: CollectionInfo) -> None:
    """A closed section that reads the report only when it is opened."""
    section = st.expander("What became of each file", key=f"quality_{info.name}", on_change="rerun")
    if not section.open:
        return
    with section:
        report = quality_report(Collection.open(resources.workspace(), info.name))
        st.write(
            f"{count(report.read, 'file')} read: {report.kept:,} kept as they are, "
            f"{report.converted:,} converted, {report.rejected:,} left out, "
            f"{report.duplicates:,} merged as copies of another file."
        )
        if report.review:
            st.write(
                f"{count(report.review, 'file')} to review: the cleaning desk shows them, and "
                "keeps those that are good."
            )
        if report.missing:
            st.write(f"{count(report.missing, 'file')} missing from the source: their works stay.")
        st.caption(f"At the last reading: {report.changes}.")
        for note in report.notes:
            st.caption(plain(advice(note), 500))
        odd = [f for f in report.files if f.action != "keep" or f.missing or f.review]
        shown = odd or list(report.files)
        st.dataframe(
            {
                "File": [plain(f.file) for f in shown[:_MOST]],
                "What happened": [_WORDS[f.action] for f in shown[:_MOST]],
                "To review": [f.review for f in shown[:_MOST]],
                "Why": [plain(f.reason) for f in shown[:_MOST]],
                "Copy of": [f.of or "" for f in shown[:_MOST]],
                "Quality": [f.score for f in shown[:_MOST]],
            },
            hide_index=True,
            alt=f"What became of {count(len(shown), 'file')}, with the reason for each",
        )
        if len(shown) > _MOST:
            st.caption(f"The first {_MOST:,} of {len(shown):,}; the cleaning desk shows them all.")
