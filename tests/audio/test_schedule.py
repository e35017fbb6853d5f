from __future__ import annotations

from dataclasses import replace

import numpy as np

from audio.schedule import PARTIALS_MAX, RecognitionQueue


def drained(queue):
    order = []
    while batch := queue.next_batch():
        order += batch
    return order


def test_finals_come_before_partials(make_request):
    queue = RecognitionQueue()
    partial = make_request("a", "customer-2")
    final = make_request("b", final=True)
    queue.offer(partial, 0.0)
    queue.offer(final, 1.0)
    assert drained(queue) == [final, partial]
    assert len(queue) == 0


def test_calls_take_turns_and_keep_their_own_order(make_request):
    queue = RecognitionQueue()
    first, second, third = (make_request("a", f"customer-{n}", final=True) for n in range(3))
    other = make_request("b", final=True)
    for request in (first, second, third, other):
        queue.offer(request, 0.0)
    assert drained(queue) == [first, other, second, third]


def test_only_the_newest_partial_of_an_utterance_waits(make_request):
    queue = RecognitionQueue()
    old, new = make_request(end_s=1.0), make_request(end_s=2.0)
    assert queue.offer(old, 0.0) == []
    assert queue.offer(new, 0.5) == [old]
    assert drained(queue) == [new]


def test_a_final_supersedes_what_waits_of_its_utterance(make_request):
    queue = RecognitionQueue()
    partial = make_request(end_s=1.0)
    pause = make_request(end_s=1.5, final=True)
    other = make_request(utterance_id="agent-1", final=True)
    final = make_request(end_s=3.0, final=True)
    queue.offer(partial, 0.0)
    assert queue.offer(pause, 0.1) == [partial]
    queue.offer(other, 0.2)
    assert queue.offer(final, 0.3) == [pause]
    assert drained(queue) == [other, final]


def test_too_many_partials_shed_the_oldest_and_no_final(make_request):
    queue = RecognitionQueue()
    finals = [make_request(f"f{n}", final=True) for n in range(PARTIALS_MAX)]
    partials = [make_request(f"p{n}") for n in range(PARTIALS_MAX + 1)]
    shed = [gone for request in finals + partials for gone in queue.offer(request, 0.0)]
    assert shed == [partials[0]]
    assert drained(queue) == finals + partials[1:]


def test_lag_is_the_age_of_the_oldest_final(make_request):
    queue = RecognitionQueue()
    queue.offer(make_request("a"), 0.0)
    assert queue.lag_s(5.0) == 0.0
    queue.offer(make_request("b", final=True), 2.0)
    queue.offer(make_request("c", final=True), 4.0)
    assert queue.lag_s(5.0) == 3.0
    queue.next_batch()
    assert queue.lag_s(5.0) == 1.0


def test_recordings_wait_while_anybody_is_on_the_line(make_request):
    queue = RecognitionQueue()
    recorded = replace(make_request("a", final=True), live=False)
    partial, final = make_request("b"), make_request("c", final=True)
    for request in (recorded, partial, final):
        queue.offer(request, 0.0)
    assert queue.lag_s(9.0) == 9.0  # the live final's
    assert drained(queue) == [final, partial, recorded]
    queue.offer(recorded, 0.0)
    queue.offer(replace(make_request("d", final=True), live=False), 0.0)
    assert queue.next_batch(4) == [recorded]
    assert queue.lag_s(9.0) == 0.0


def test_requests_of_one_window_share_a_batch_in_their_turn(make_request):
    long = np.zeros(12 * 16_000, np.float32)
    queue = RecognitionQueue()
    first, alike = make_request("a", final=True), make_request("c", final=True)
    other = make_request("b", final=True, samples=long)
    more = make_request("a", "customer-2", final=True)
    partial = make_request("d")
    for request in (first, other, alike, more, partial):
        queue.offer(request, 0.0)
    assert queue.next_batch(4) == [first, alike, more]
    assert queue.next_batch(4) == [other]
    assert queue.next_batch(4) == [partial]


def test_a_batch_is_bounded_and_fair(make_request):
    queue = RecognitionQueue()
    flood = [make_request("a", f"customer-{n}", final=True) for n in range(5)]
    others = [make_request(call_id, final=True) for call_id in "bc"]
    for request in (*flood, *others):
        queue.offer(request, 0.0)
    assert queue.next_batch(3) == [flood[0], *others]
    assert queue.next_batch(3) == flood[1:4]
