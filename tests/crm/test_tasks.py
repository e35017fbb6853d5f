"""Follow-ups keep their task over versions, and nobody's work is lost or done twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crm_server import CrmServer, play
from dynamics_server import DynamicsServer
from hubspot_server import HubSpotServer
from one_summary import CALL_BACK, call_summary
from salesforce_server import SalesforceServer

from copilot.crm.dynamics import Dynamics
from copilot.crm.hubspot import HubSpot
from copilot.crm.salesforce import Salesforce
from copilot.crm.sender import CrmMapping
from copilot.crm.summary import CallSummary
from copilot.crm.tasks import MOST_NUMBERS, MOST_TASKS, Numbers
from copilot.events import CallStarted, Due, FollowUp, Summary, SummaryFields
from copilot.record import CallRecord

KEY = "call-1:crm"
ZONE: dict[str, Any] = {"zone": ZoneInfo("Asia/Tokyo"), "region": "JP", "contact_field": ""}


def ours(what: str, due: str | None = None) -> FollowUp:
    return FollowUp(owner="agent", what=what, due=due and Due(said="", date=due))  # type: ignore[arg-type]


INVOICE, CALL = ours("Send invoice"), ours("Call back")


@dataclass(frozen=True)
class Crm:
    """A CRM and what its people do."""

    server: CrmServer
    mapping: CrmMapping
    subject: str
    rows: Callable[[], list[dict[str, Any]]]
    closed: dict[str, Any]

    def deliver(self, *versions: tuple[FollowUp, ...], lost: int | None = None) -> None:
        *previous, newest = versions
        said = call_summary(
            version=len(versions), previous=previous, follow_ups=newest, language="en"
        )
        play(self.mapping.plan(said, KEY), self.server, lost=lost)

    def finish(self, subject: str) -> None:
        """An open one of that subject."""
        next(row for row in self.server.tasks if row[self.subject] == subject).update(
            self.closed
        )

    @property
    def open(self) -> list[str]:
        return sorted(row[self.subject] for row in self.server.tasks)

    @property
    def all(self) -> list[str]:
        return sorted(row[self.subject] for row in self.rows())


@pytest.fixture(params=["salesforce task", "salesforce case", "hubspot", "dynamics"])
def crm(request: pytest.FixtureRequest, tmp_path: Path) -> Crm:
    match request.param:
        case "hubspot":
            hubspot = HubSpotServer(tmp_path / "secret")
            mapping: CrmMapping = HubSpot(
                key_property="copilot_key",
                contact_property="",
                zone=ZONE["zone"],
                region="JP",
            )
            done: dict[str, Any] = {"hs_task_status": "COMPLETED"}
            return Crm(
                hubspot,
                mapping,
                "hs_task_subject",
                lambda: list(hubspot.rows["tasks"].values()),
                done,
            )
        case "dynamics":
            dynamics = DynamicsServer(tmp_path / "secret")
            mapping = Dynamics(
                regarding="regardingobjectid_contact_phonecall",
                task_regarding="regardingobjectid_contact_task",
                **ZONE,
            )
            done = {"statecode": 1, "statuscode": 5}
            return Crm(
                dynamics,
                mapping,
                "subject",
                lambda: list(dynamics.rows["tasks"].values()),
                done,
            )
    salesforce = SalesforceServer(tmp_path / "secret")
    record = request.param.split()[1]
    mapping = Salesforce(record=record, key_field="Copilot_Key__c", **ZONE)
    done = {"Status": "Completed", "IsClosed": True}
    return Crm(
        salesforce,
        mapping,
        "Subject",
        lambda: [row for row in salesforce.rows["Task"].values() if "TaskSubtype" not in row],
        done,
    )


def test_a_task_that_is_done_never_becomes_another(crm: Crm) -> None:
    crm.deliver((INVOICE, CALL))
    crm.finish("Send invoice")
    crm.deliver((INVOICE, CALL), (CALL,))
    assert crm.open == ["Call back"]
    assert crm.all == ["Call back", "Send invoice"], "nobody withdraws what was done"


@pytest.mark.parametrize("finished", [None, "Send invoice", "Call back"])
def test_an_order_is_no_identity(crm: Crm, finished: str | None) -> None:
    crm.deliver((INVOICE, CALL))
    if finished:
        crm.finish(finished)
    crm.deliver((INVOICE, CALL), (CALL, INVOICE))
    assert crm.open == sorted({"Call back", "Send invoice"} - {finished})
    assert crm.all == ["Call back", "Send invoice"]


def test_new_work_is_a_new_task_whatever_was_done(crm: Crm) -> None:
    crm.deliver((INVOICE,))
    crm.finish("Send invoice")
    crm.deliver((INVOICE,), (CALL,))
    assert crm.open == ["Call back"]
    assert crm.all == ["Call back", "Send invoice"]


def test_an_open_task_takes_the_new_words(crm: Crm) -> None:
    better = ours("Send the invoice", due="2026-04-09")
    crm.deliver((INVOICE, CALL))
    crm.deliver((INVOICE, CALL), (CALL, better))
    assert crm.open == crm.all == ["Call back", "Send the invoice"]


def test_words_that_changed_once_it_was_done_are_work_again(crm: Crm) -> None:
    """Whoever finished it did what it said then."""
    better = ours("Send the corrected invoice")
    crm.deliver((INVOICE, CALL))
    crm.finish("Send invoice")
    for _ in range(2):
        crm.deliver((INVOICE, CALL), (better, CALL))
        assert crm.open == ["Call back", "Send the corrected invoice"]
    crm.finish("Send the corrected invoice")
    crm.deliver((INVOICE, CALL), (better, CALL), (better, CALL))
    assert crm.open == ["Call back"]
    assert crm.all == ["Call back", "Send invoice", "Send the corrected invoice"]


def test_what_was_done_under_new_words_is_not_done_again(crm: Crm) -> None:
    better = ours("Send the invoice")
    crm.deliver((INVOICE,))
    crm.deliver((INVOICE,), (better,))
    crm.finish("Send the invoice")
    crm.deliver((INVOICE,), (better,), (better,))
    crm.deliver((INVOICE,), (better,), (better,), (ours("send the  Invoice."),))
    assert crm.open == []
    assert crm.all == ["Send the invoice"]


def test_what_is_stated_again_comes_back(crm: Crm) -> None:
    versions = [(INVOICE, CALL), (CALL,), (ours("Book a visit"), CALL), (CALL, INVOICE)]
    for last in range(1, 5):
        crm.deliver(*versions[:last])
    assert crm.open == ["Call back", "Send invoice"]
    assert crm.all == ["Call back", "Send invoice", "Withdrawn: Book a visit"]


def test_the_same_words_for_two_days_are_two_tasks(crm: Crm) -> None:
    monday, tuesday = ours("Call back", "2026-04-06"), ours("Call back", "2026-04-07")
    crm.deliver((monday, tuesday))
    first = next(row for row in crm.rows() if "2026-04-06" in str(row))
    first |= crm.closed
    crm.deliver((monday, tuesday), (tuesday,))
    assert crm.open == ["Call back"]
    assert "2026-04-07" in str(crm.server.tasks[0])


def test_versions_that_never_arrived_change_nothing(crm: Crm) -> None:
    """The CRM was away while the second one was approved."""
    crm.deliver((INVOICE, CALL))
    crm.finish("Send invoice")
    crm.deliver((INVOICE, CALL), (CALL, ours("Book a visit")), (CALL, INVOICE))
    assert crm.open == ["Call back"]
    assert crm.all == ["Call back", "Send invoice"]


@pytest.mark.parametrize("lost", range(12))
def test_whichever_answer_is_lost_each_follow_up_is_one_task(crm: Crm, lost: int) -> None:
    """A later version that leaves one alone, words two anew, of which one was done, withdraws
    one and adds one. Its first delivery breaks off."""
    visit, check = ours("Book a visit"), ours("Check the meter")
    before = (INVOICE, CALL, visit, check)
    after = (ours("Book a new visit"), ours("Send the invoice"), CALL, ours("Ask the driver"))
    crm.deliver(before)
    crm.finish("Send invoice")
    with suppress(ConnectionError):
        crm.deliver(before, after, lost=lost)
    crm.deliver(before, after)
    assert crm.open == ["Ask the driver", "Book a new visit", "Call back", "Send the invoice"]
    assert crm.all == sorted([*crm.open, "Send invoice", "Withdrawn: Check the meter"])
    assert len(crm.server.calls) == 1


@pytest.mark.parametrize("seed", range(20))
def test_after_any_versions_what_is_stated_is_open_or_done_once(crm: Crm, seed: int) -> None:
    """Versions, lost answers and people at random: each stated follow-up is one task, open or
    done; what was done stays as it was; nothing else is open."""
    draw = random.Random(seed)
    known = [ours(f"{verb} {thing}") for verb in ("Send", "Book", "Check") for thing in "xyz"]
    known += [ours(f"{one.what} soon") for one in known]
    versions: list[tuple[FollowUp, ...]] = []
    done: list[str] = []
    for _ in range(8):
        versions.append(tuple(draw.sample(known, draw.randint(0, 5))))
        for _ in range(draw.randint(0, 2)):
            crm.deliver(*versions)
        stated = {one.what for one in versions[-1]}
        if crm.open and set(crm.open) <= stated and draw.random() < 0.7:
            done.append(draw.choice(crm.open))
            crm.finish(done[-1])
    crm.deliver(*versions)
    before = crm.all
    crm.deliver(*versions)
    assert crm.all == before, "the same again changes nothing"
    stated = {one.what for one in versions[-1]}
    assert set(crm.open) <= stated
    assert len(set(crm.open)) == len(crm.open)
    assert stated - set(crm.open) <= set(done)
    assert set(done) <= set(crm.all)


def test_numbers_are_never_given_twice() -> None:
    versions = [
        tuple(ours(f"{word} {number}") for number in "123") for word in ("Aaaa", "Zzzz")
    ]
    assert Numbers.of(versions) == Numbers(((4,), (5,), (6,)), 6)
    many = [tuple(ours(f"{word * 9}{n}") for n in range(30)) for word in "abcdefgh"]
    numbers = Numbers.of(many)
    assert numbers.given == MOST_NUMBERS
    assert [bool(one) for one in numbers.of_follow_ups] == [False] * 30
    assert numbers.looked_up == range(1, MOST_NUMBERS + 1)
    assert Numbers.of([()]).looked_up == range(1, MOST_TASKS + 1)


def test_what_the_customer_does_has_no_number() -> None:
    theirs = replace(CALL, owner="customer")
    assert Numbers.of([(INVOICE, CALL), (theirs, INVOICE), (CALL,)]).of_follow_ups == ((2,),)
    assert Numbers.of([(INVOICE, CALL), (theirs, INVOICE)]).of_follow_ups == ((), (1,))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Send the form to Mr Abe", "Send the signed form to Mr Abe"),
        ("申込書を郵送する", "新しい申込書を郵送する"),
        ("お客様へ折り返す", "お客様へ明日折り返す"),
    ],
)
def test_a_rewording_is_the_same_follow_up(before: str, after: str) -> None:
    numbers = Numbers.of([(ours(before), CALL_BACK), (ours(after),)])
    assert 1 in numbers.of_follow_ups[0]


def test_numbers_follow_from_every_approved_version() -> None:
    record = CallRecord("call-1")
    started = CallStarted(
        call_id="call-1", at_s=0.0, started_at="2026-04-01T00:00:00Z", agent_id="a"
    )
    record.apply(replace(started, seq=1))
    states = ("draft", "approved", "edited", "approved")
    said = ((CALL,), (INVOICE, CALL), (INVOICE,), (CALL,))
    for number, (state, follow_ups) in enumerate(zip(states, said, strict=True), 1):
        record.apply(
            Summary(
                call_id="call-1",
                at_s=1.0,
                seq=number + 1,
                version=number,
                state=state,  # type: ignore[arg-type]
                fields=SummaryFields(follow_ups=follow_ups),
                generator="extractive",
                made_at="2026-04-01T00:00:00Z",
            )
        )
    assert CallSummary.of(record).numbers == Numbers(((2,),), 2)
