"""``python -m artsim`` is the ``artsim`` command."""

from artsim.cli import main

if __name__ == "__main__":
    main()
