"""A route under a prefix that Streamlit keeps for itself."""

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send


class Unreserved(BaseRoute):
    """``st.App`` refuses routes whose ``path`` starts with /media/; this one shows it no path.

    Streamlit's own files there are one segment deep (/media/<hash>.png), ours are three.
    """

    def __init__(self, route: Route) -> None:
        self._route = route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the request is for the route."""
        return self._route.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        await self._route.handle(scope, receive, send)
