"""One small folder to train on, and one finished training of it."""

from pathlib import Path

import pytest
from finetune_kit import tiny, write_labelled

from artsim.core.workspace import Workspace
from artsim.training.publish import Result


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 pictures of two styles, two genres and six artists. For reading only."""
    return write_labelled(tmp_path_factory.mktemp("training") / "pictures")


@pytest.fixture(scope="session")
def trained(labelled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Result]:
    """A workspace in which 'mine' was trained for two epochs. For reading only."""
    from artsim.training.finetune import finetune

    workspace = Workspace.open(tmp_path_factory.mktemp("trained"))
    result = finetune(workspace, tiny(labelled))
    assert result is not None
    return workspace, result
