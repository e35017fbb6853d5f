from __future__ import annotations

import numpy as np

from audio.tape import Tape


def test_cuts_across_pieces_by_position():
    tape = Tape()
    for begin in range(0, 12, 4):
        tape.append(np.arange(begin, begin + 4, dtype=np.float32))
    assert tape.end == 12
    assert tape.cut(3, 9).tolist() == [3, 4, 5, 6, 7, 8]
    assert tape.cut(11, 99).tolist() == [11]
    assert tape.cut(5, 5).tolist() == []


def test_forgets_whole_pieces_and_keeps_positions():
    tape = Tape()
    for begin in range(0, 12, 4):
        tape.append(np.arange(begin, begin + 4, dtype=np.float32))
    tape.forget(7)
    assert tape.cut(0, 12).tolist() == [4, 5, 6, 7, 8, 9, 10, 11]
    tape.forget(12)
    assert tape.cut(0, 12).tolist() == []
    assert tape.end == 12
