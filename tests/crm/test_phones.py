"""Phone numbers, however they are written."""

from __future__ import annotations

import pytest

from copilot.crm.phones import Phone


@pytest.mark.parametrize(
    ("text", "region", "groups"),
    [
        ("03-1234-5678", "JP", ("3", "1234", "5678")),
        ("+81 90 1234 5678", "US", ("90", "1234", "5678")),
        ("0120123456", "JP", ("120", "123", "456")),
        ("(415) 555-2671", "US", ("415", "555", "2671")),
        ("+442079460958", "JP", ("20", "7946", "0958")),
    ],
)
def test_groups_are_what_all_ways_of_writing_have_in_common(
    text: str, region: str, groups: tuple[str, ...]
) -> None:
    phone = Phone.of(text, region)
    assert phone is not None
    assert phone.groups == groups
    for form in phone.forms:
        assert phone.is_written(form)
        # The pattern that a CRM is asked for fits each of them.
        rest = form
        for group in groups:
            head, found, rest = rest.partition(group)
            assert found, form


def test_forms_are_few_and_each_once() -> None:
    phone = Phone.of("0312345678", "JP")
    assert phone is not None
    assert phone.forms == ("+81312345678", "+81 3-1234-5678", "03-1234-5678", "0312345678")


@pytest.mark.parametrize("text", ["", "k-9", "12", "4711", "0312345", "customer 12"])
def test_an_id_is_no_number(text: str) -> None:
    assert Phone.of(text, "JP") is None


def test_other_numbers_are_not_it() -> None:
    phone = Phone.of("0312345678", "JP")
    assert phone is not None
    assert not any(phone.is_written(other) for other in ("0312345679", "", None, 312345678))
