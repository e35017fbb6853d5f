"""Reported speech in both languages."""

from __future__ import annotations

import pytest

from summarizer import english, japanese


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I need my invoice again", "Customer needs their invoice again"),
        ("I've sent you two letters", "Customer has sent us two letters"),
        ("I'd like to move my booking", "Customer wants to move their booking"),
        ("I never got the parcel you sent me", "Customer never got the parcel we sent them"),
        ("Could you check my balance", "Customer asks us to check their balance"),
        ("My phone is dead", "Phone is dead"),
    ],
)
def test_customer_in_english(said: str, told: str) -> None:
    assert english.report_customer(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I'll post you a new key", "Agent will post customer a new key"),
        ("your router is offline", "Router is offline"),
        ("we'll waive the fee", "We will waive the fee"),
        ("you have two lines", "Customer has two lines"),
    ],
)
def test_agent_in_english(said: str, told: str) -> None:
    assert english.report_agent(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("請求書の再発行をお願いしたいんですけど", "請求書の再発行を希望"),
        ("昨日から電源が入らないんです", "昨日から電源が入らない"),
        ("別の色に変えてもらえますか", "別の色に変えてほしい"),
        ("三日前に返品しました", "三日前に返品した"),
        ("窓側の席でお願いしたいんですけど", "窓側の席で願いたい"),
        ("配送は10日までにして", "配送は10日までにしてほしい"),
        ("二つ目がプリンターなんですけど、紙が出ません", "二つ目がプリンター、紙が出ない"),
    ],
)
def test_customer_in_japanese(said: str, told: str) -> None:
    assert japanese.report_customer(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("代替品を明日お届けいたします", "代替品を明日届ける"),
        ("担当者よりご連絡いたします", "担当者より連絡する"),
        ("在庫を確認しております", "在庫を確認している"),
        ("料金はかかりません", "料金はかからない"),
        ("責任者が今いますので代わります", "責任者が今いるので代わる"),
        ("点検は無料で行います", "点検は無料で行う"),
        ("小林様、箱は開けないでおやめください", "箱は開けないでやめるよう案内"),
        ("書類をご返送ください", "書類を返送するよう案内"),
        ("ご返金はいたしかねます", "返金はできない"),
        ("理由はわかりかねます", "理由はわからない"),
        ("送料は一切いただきません", "送料は一切もらわない"),
        ("玄関に鍵を出しておいていただけますか", "玄関に鍵を出すよう案内"),
    ],
)
def test_agent_in_japanese(said: str, told: str) -> None:
    assert japanese.report_agent(said) == told


def test_what_it_is_stands_in_a_question() -> None:
    asked = english.with_thing("Can you tell me where it is", "My suitcase did not come")
    assert english.report_customer(asked) == (
        "Customer asks us to tell them where the suitcase is"
    )
    assert english.with_thing("It is red", "My suitcase did not come") == "It is red"


def test_who_takes_a_call_over() -> None:
    said = "Mr Reyes, Hana Olsen, branch manager"
    assert english.report_agent(said) == "Handed over to Hana Olsen, branch manager"
