"""The words around a note, in the languages of calls. Any other language gets English ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ENGLISH", "JAPANESE", "Words", "is_withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    call: str
    resolution: str
    resolutions: Mapping[str, str]
    disposition: str
    follow_ups: str
    decisions: str
    details: str
    kinds: Mapping[str, str]
    """Of entities; one that is not here keeps its own name."""
    owners: Mapping[str, str]
    directions: Mapping[str, str]
    by: str
    """Of a due date: ``{date}`` and, where it was said in words, ``{said}``."""
    said: str
    facts: str
    version: str
    """Heads a later note where a CRM keeps earlier ones."""
    withdrawn: str
    """Before the subject of a task that a later version no longer has."""
    comma: str


ENGLISH = Words(
    call="Call",
    resolution="Resolution",
    resolutions={
        "resolved": "resolved",
        "escalated": "escalated",
        "callback_promised": "callback promised",
        "unresolved": "unresolved",
    },
    disposition="Disposition",
    follow_ups="Follow-ups",
    decisions="Decisions",
    details="Details",
    kinds={
        "order_number": "order number",
        "contract_number": "contract number",
        "booking_number": "booking number",
        "customer_number": "customer number",
        "person": "name",
        "money": "amount",
    },
    owners={"agent": "We", "customer": "Customer", "other": "Other"},
    directions={"inbound": "inbound", "outbound": "outbound"},
    by="(by {date}{said})",
    said=" “{said}”",
    facts=(
        "Call {call_id}, {start}, {direction}, {minutes} min {seconds} s, operator {agent}. "
        "Drafted by software from the call, approved by {by} (version {version})."
    ),
    version="Version {version} replaces the earlier note.",
    withdrawn="Withdrawn: ",
    comma=", ",
)

JAPANESE = Words(
    call="通話",
    resolution="対応結果",
    resolutions={
        "resolved": "解決",
        "escalated": "エスカレーション",
        "callback_promised": "折り返し予定",
        "unresolved": "未解決",
    },
    disposition="応対区分",
    follow_ups="今後の対応",
    decisions="決定事項",
    details="詳細",
    kinds={
        "order_number": "注文番号",
        "contract_number": "契約番号",
        "booking_number": "予約番号",
        "customer_number": "お客様番号",
        "person": "氏名",
        "product": "商品",
        "money": "金額",
        "date": "日付",
    },
    owners={"agent": "当社", "customer": "お客様", "other": "その他"},
    directions={"inbound": "着信", "outbound": "発信"},
    by="(期日 {date}{said})",
    said="「{said}」",
    facts=(
        "通話 {call_id}、{start}、{direction}、{minutes}分{seconds}秒、担当 {agent}。"
        "通話からの自動下書きを {by} が承認(第{version}版)。"
    ),
    version="第{version}版。前の記録に代わるものです。",
    withdrawn="取り下げ: ",
    comma="、",
)


def is_withdrawn(subject: str | None) -> bool:
    """Whether a task's subject says that we took it back, in either language."""
    return (subject or "").startswith((ENGLISH.withdrawn, JAPANESE.withdrawn))
