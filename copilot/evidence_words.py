"""Words and looks of the evidence page that no other page has."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["STYLE", "WORDS"]

WORDS: Mapping[str, dict[str, str]] = {
    "en": {
        "title": "Evidence of a call",
        "call": "Call",
        "started": "Begun",
        "length": "Length",
        "still_running": "still running when this was made",
        "operator": "Operator",
        "customer": "Customer",
        "not_stated": "not stated",
        "nothing": "None.",
        "note": "Note",
        "paused": "Recording paused",
        "resumed": "Recording resumed",
        "section.quotes": "What was said",
        "section.steps": "Steps that people took",
        "section.timeline": "What happened when",
        "section.transcript": "The whole call in words",
        "section.about": "About this file",
        "head.type": "Type",
        "head.quote": "Words",
        "head.at": "In the call",
        "head.clip": "Clip",
        "head.time_of_day": "Time of day",
        "head.step": "Step",
        "head.by": "By",
        "head.comment": "Comment",
        "head.what": "What",
        "about.made": "Made on {made_at}. Times of day are those of {zone}.",
        "about.masked": "Card numbers, identity numbers, phone numbers and the like were "
        "masked before anything was stored. Words are as a machine recognised them; the "
        "recording decides.",
        "about.audio": "There is no audio in this pack: the copilot keeps none. A clip is "
        "given in seconds since the call began, five seconds more on each side; in the "
        "recorder of the centre, the time of day leads there.",
        "about.policy": "Steps are those of policy {version}, in force when this was made "
        "(SHA-256 {sha256}).",
        "about.readings": "Types are a machine's suggestion. Whether this was harassment, "
        "people decide; a complaint as such is none.",
        "about.check": "Any later change shows with: copilot evidence --check FILE",
    },
    "ja": {
        "title": "通話の証跡資料",
        "call": "通話ID",
        "started": "開始",
        "length": "通話時間",
        "still_running": "作成時は通話中",
        "operator": "オペレーター",
        "customer": "お客様",
        "not_stated": "記載なし",
        "nothing": "ありません。",
        "note": "メモ",
        "paused": "録音の一時停止",
        "resumed": "録音の再開",
        "section.quotes": "発言",
        "section.steps": "人が取った対応",
        "section.timeline": "経過",
        "section.transcript": "通話の全文",
        "section.about": "この資料について",
        "head.type": "類型",
        "head.quote": "発言",
        "head.at": "通話内の位置",
        "head.clip": "聴取範囲",
        "head.time_of_day": "時刻",
        "head.step": "対応",
        "head.by": "実施者",
        "head.comment": "備考",
        "head.what": "内容",
        "about.made": "作成日時:{made_at}。時刻は {zone} によります。",
        "about.masked": "カード番号、個人番号、電話番号などは、保存の前に伏せ字にしています。"
        "文字は音声認識によるもので、正確な発言は録音で確認してください。",
        "about.audio": "音声は含みません。本製品は通話の音声を保存しないためです。聴取範囲は"
        "通話開始からの秒数で、前後に5秒の余裕があります。センターの録音装置では時刻から探せます。",
        "about.policy": "対応の段階は、作成時に有効な方針 {version} によります"
        "(SHA-256 {sha256})。",
        "about.readings": "類型は機械による候補です。カスタマーハラスメントにあたるかどうかは"
        "人が判断します。ご不満の申し出そのものは該当しません。",
        "about.check": "作成後の変更は copilot evidence --check FILE で確認できます。",
    },
}

STYLE = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b211f;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dt{color:#55605c}"
    "dd{margin:0}table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;"
    "border-bottom:1px solid #dde0db;text-align:start;vertical-align:top}th{font-size:.85rem;"
    "color:#55605c}tr.cited,tr:target{background:#fff0bd}q{quotes:none}"
    "td:first-child{white-space:nowrap}tr{break-inside:avoid}section p{margin:.3rem 0}"
)
