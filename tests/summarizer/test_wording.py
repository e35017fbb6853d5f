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
        ("書類をご返送ください", "書類を返送するよう案内"),
        ("ご返金はいたしかねます", "返金はできない"),
    ],
)
def test_agent_in_japanese(said: str, told: str) -> None:
    assert japanese.report_agent(said) == told
