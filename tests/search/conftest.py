"""One Milvus for all tests of search."""

import pytest
from milvus_kit import some_milvus


@pytest.fixture(scope="session")
def milvus(tmp_path_factory):
    """Where Milvus is: a real server on loopback, or milvus-lite where none starts."""
    with some_milvus(tmp_path_factory.mktemp("milvus")) as uri:
        yield uri
