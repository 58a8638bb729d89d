"""The page Sign in."""

from artsim.app.shell import sign_in

sign_in.show()
