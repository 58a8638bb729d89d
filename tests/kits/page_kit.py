"""The pages without a browser: opened at a link, and what they then show."""

from typing import Any

from streamlit.testing.v1 import AppTest

from artsim.app.shell import places


def run(at: str = "", **params: Any) -> AppTest:
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(str(getattr(places, at.upper()))).run() if at else app


def param(app: AppTest, name: str) -> str:
    """A query parameter, "" where it is not in the URL."""
    value = app.query_params.get(name, "")
    return value if isinstance(value, str) else str(value[0])


def texts(app: AppTest) -> str:
    return "\n".join(e.value for e in [*app.title, *app.markdown, *app.caption, *app.info])


def alerts(app: AppTest) -> list[str]:
    return [e.value for e in [*app.error, *app.info, *app.warning]]
