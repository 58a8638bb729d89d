"""Runnable measurements: ``python -m benchmarks`` lists them and says how each is run."""

import sys
from pathlib import Path

# Servers, browsers and made collections are those of the tests.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "kits"))
