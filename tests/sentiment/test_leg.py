"""The recent samples of a leg: the newest, whoever reads them meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from copilot.signals import SAMPLE_RATE_HZ
from sentiment.leg import RING_S, Ring


def test_a_full_ring_keeps_the_newest() -> None:
    ring, whole = Ring(), np.linspace(-1, 1, (RING_S + 7) * SAMPLE_RATE_HZ).astype(np.float32)
    for begin in range(0, len(whole), 7_777):
        ring.append(whole[begin : begin + 7_777])
    assert ring.end == len(whole)
    kept = ring.cut(0, len(whole))
    assert len(kept) == RING_S * SAMPLE_RATE_HZ
    np.testing.assert_allclose(kept, whole[-len(kept) :], atol=1e-4)
    assert len(ring.cut(0, 7 * SAMPLE_RATE_HZ)) == 0
    near = ring.cut(ring.end - 160, ring.end + 160)
    np.testing.assert_allclose(near, whole[-160:], atol=1e-4)


def test_more_than_a_ring_at_once_leaves_its_end() -> None:
    ring, whole = Ring(), np.linspace(-1, 1, 2 * RING_S * SAMPLE_RATE_HZ).astype(np.float32)
    ring.append(whole)
    np.testing.assert_allclose(ring.cut(0, ring.end), whole[len(whole) // 2 :], atol=1e-4)


def test_samples_may_be_read_while_others_come() -> None:
    """What is copied is one stretch of the call, never half an old and half a new one."""
    ring, step = Ring(), 1_600
    ring.append(np.zeros(RING_S * SAMPLE_RATE_HZ, np.float32))

    def write() -> None:
        for number in range(600):
            ring.append(np.full(step, (number % 300) / 300, np.float32))

    def read() -> Iterator[np.ndarray]:
        for _ in range(60):
            yield ring.cut(ring.end - 20 * step, ring.end)

    with ThreadPoolExecutor(1) as other:
        writing = other.submit(write)
        for copied in read():
            jumps = np.diff(copied[step // 2 :: step])
            expected = (np.abs(jumps - 1 / 300) < 1e-3) | (jumps < -0.9) | (jumps == 0)
            assert expected.all()
        writing.result()
