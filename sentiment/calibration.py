"""Whether probabilities are true: said 0.7 ten times, it should have happened seven times."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["calibration_error"]


def calibration_error(
    probability: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_], bins: int = 10
) -> float:
    """Expected calibration error: mean gap between what is said and what is, by bins of
    equal width (Naeini et al., AAAI 2015)."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    bins_seen = [place == one for one in range(bins) if (place == one).any()]
    gaps = [one.mean() * abs(probability[one].mean() - truth[one].mean()) for one in bins_seen]
    return float(np.sum(gaps))
