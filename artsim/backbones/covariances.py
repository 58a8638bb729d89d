"""How a stage's channels vary together: covariances of its maps along some directions.

Second-order pooling as of Lin, RoyChowdhury and Maji, "Bilinear CNN Models for Fine-grained Visual
Recognition" (ICCV 2015), with their signed square root: what tells handling of paint apart.
"""

import torch
from torch import Tensor

_SMALLEST = 1e-6  # share of the largest variance: less is rounding


def covariances(centred: Tensor, directions: Tensor) -> Tensor:
    """Roots [N, d (d + 1) / 2] of covariances, each with its sign, by rows of the upper triangle.

    ``centred`` [N, P, C] are maps of P positions without their mean, ``directions`` [C, d].

    >>> maps = torch.tensor([[[1.0, 2.0], [-1.0, -2.0]]])
    >>> covariances(maps, torch.eye(2)).round(decimals=2)
    tensor([[1.0000, 1.4100, 2.0000]])
    """
    along = centred @ directions
    matrix = along.transpose(1, 2) @ along / along.shape[1]
    size = directions.shape[1]
    # A list, not torch's triu_indices, which OpenVINO cannot convert.
    places = [row * size + column for row in range(size) for column in range(row, size)]
    upper = matrix.flatten(1)[:, torch.tensor(places, device=matrix.device)]
    roots: Tensor = upper.sign() * upper.abs().sqrt()
    return roots


def principal_directions(within: Tensor, count: int) -> Tensor:
    """``count`` directions [C, count] in which maps vary most, of variance 1 in each.

    ``within`` [C, C] is the mean covariance of the channels within pictures. A direction in which
    nothing varies is zero, so that nothing is divided by nothing.

    >>> principal_directions(torch.diag(torch.tensor([4.0, 0.0])), 2).abs()
    tensor([[0.0000, 0.5000],
            [0.0000, 0.0000]])
    """
    variances, found = torch.linalg.eigh(within.double())
    varying = variances > variances[-1] * _SMALLEST
    scales = torch.where(varying, variances, torch.inf).rsqrt()
    principal: Tensor = (found * scales)[:, -count:].float()
    return principal
