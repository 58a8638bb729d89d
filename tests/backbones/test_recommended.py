"""The dozen to begin with: what is told of each is what timm says and what its network does."""

import pytest
import timm
import torch
from torch.utils.flop_counter import FlopCounterMode

from artsim.backbones import recommended, registry
from artsim.backbones.timm_model import blank_model


def test_a_dozen_is_told_without_a_network(workspace, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "empty"))
    found = recommended.recommended(workspace)
    assert len({one.name for one in found}) == len(found) == 12
    offline = [one.name for one in found if one.available == "offline"]
    assert offline == ["artsim-lite0", "artsim-lite0-wide", "efficientnet_lite0"]
    known = {info.name: info for info in registry.list_backbones(workspace)}
    for one in found:
        if one.name in offline:
            spec = registry.resolve(workspace, one.name)
            about = (spec.dimension, spec.input_size, spec.licence, spec.family)
            assert about == (one.dimension, one.input_size, one.licence, one.family)
            assert abs(spec.weights_file.stat().st_size / 1e6 - one.megabytes) < 1
            continue
        assert one.available == "needs the network once"
        assert "not measured here" in one.art
        config = timm.get_pretrained_cfg(one.name)
        if one.name in known:  # of KNOWN: its repository names the tag
            repository = registry.hub.KNOWN[one.name].repository
            config = timm.get_pretrained_cfg(repository.removeprefix("timm/"))
        assert config.license == one.licence
        assert config.input_size == (3, one.input_size, one.input_size)
        assert config.hf_hub_id.startswith("timm/")
        assert registry.hub.family_of(one.name) == one.family


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_sizes_and_arithmetic_are_those_of_the_networks(workspace):
    for one in recommended.recommended(workspace):
        if one.available == "offline":
            continue
        model = blank_model(one.name.partition(".")[0], "", one.input_size).eval()
        model.requires_grad_(False)
        with torch.device("meta"), FlopCounterMode(display=False) as counted:
            made = model(torch.zeros(1, 3, one.input_size, one.input_size))
        assert made.shape[1] == one.dimension
        parameters = sum(p.numel() for p in model.parameters())
        assert parameters / 1e6 == pytest.approx(one.parameters, abs=0.06)
        assert parameters * 4 / 1e6 == pytest.approx(one.megabytes, abs=1)
        work = counted.get_total_flops() / 2e9
        assert work == pytest.approx(one.multiplications, rel=0.02)
