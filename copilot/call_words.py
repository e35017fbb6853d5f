"""Words and looks of the page of a call that no other page has."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["STYLE", "WORDS"]

WORDS: Mapping[str, dict[str, str]] = {
    "en": {
        "title": "Call of {day}",
        "call": "Call",
        "started": "Begun",
        "length": "Length",
        "still_running": "still running when this was made",
        "operator": "Operator",
        "customer": "Customer",
        "not_stated": "not stated",
        "nothing": "None.",
        "section.note": "Note",
        "section.fields": "Fields",
        "section.evidence": "What the note rests on",
        "section.alerts": "Alerts",
        "section.deliveries": "Delivery to the CRM",
        "section.transcript": "What was said",
        "head.sentence": "Sentence of the note",
        "head.at": "In the call",
        "head.alert": "Alert",
        "head.words": "Words",
        "head.state": "State",
        "head.target": "Target",
        "head.version": "Version",
        "head.tries": "Tries",
        "head.record": "Record there",
        "head.time_of_day": "Time",
        "version": "Version {version}, {state}",
        "by": "by {name}",
        "why.no_speech": "No summary: nobody spoke.",
        "why.too_short": "No summary: the call was too short.",
        "why.model_unavailable": "No summary: the model was not available.",
        "why.not_permitted": "No summary: it was not permitted.",
        "none": "There is no summary yet.",
        "unsupported": "not found in the call",
        "open": "Open",
        "snoozed": "Snoozed",
        "acknowledged": "Acknowledged",
        "assigned": "Assigned",
        "resolved": "Resolved",
        "false_alarm": "False alarm",
        "delivery.failed": "Will be tried again",
        "delivery.dead": "Could not be sent",
        "next_try": "next try {time}",
        "offers": "{made} made, {accepted} accepted",
        "confidential": "Confidential: recording was paused, nothing was kept",
        "until_end": "until the end",
        "made": "Made on {made_at}; times are those of {zone}. Words are as a machine "
        "recognised them, masked before they were stored. The summary was drafted by a machine "
        "and is a person's once it is approved.",
    },
    "ja": {
        "title": "{day}の通話",
        "call": "通話ID",
        "started": "開始",
        "length": "通話時間",
        "still_running": "作成時は通話中",
        "operator": "オペレーター",
        "customer": "お客様",
        "not_stated": "記載なし",
        "nothing": "ありません。",
        "section.note": "要約",
        "section.fields": "項目",
        "section.evidence": "要約の根拠",
        "section.alerts": "アラート",
        "section.deliveries": "CRMへの送信",
        "section.transcript": "通話の内容",
        "head.sentence": "要約の文",
        "head.at": "通話内の位置",
        "head.alert": "アラート",
        "head.words": "発言",
        "head.state": "状態",
        "head.target": "送信先",
        "head.version": "版",
        "head.tries": "試行回数",
        "head.record": "送信先のID",
        "head.time_of_day": "時刻",
        "version": "第{version}版、{state}",
        "by": "{name}さん",
        "why.no_speech": "要約なし:発話がありませんでした。",
        "why.too_short": "要約なし:通話が短すぎました。",
        "why.model_unavailable": "要約なし:モデルを利用できませんでした。",
        "why.not_permitted": "要約なし:許可されていません。",
        "none": "要約はまだありません。",
        "unsupported": "通話中に確認できません",
        "open": "未対応",
        "snoozed": "保留",
        "acknowledged": "確認済み",
        "assigned": "依頼済み",
        "resolved": "解決済み",
        "false_alarm": "誤報",
        "delivery.failed": "再送待ち",
        "delivery.dead": "送信できませんでした",
        "next_try": "次回 {time}",
        "offers": "提案{made}件、承諾{accepted}件",
        "confidential": "秘匿区間:録音を一時停止したため、内容は保存していません",
        "until_end": "通話の終わりまで",
        "made": "作成日時:{made_at}。時刻は {zone} によります。文字は音声認識によるもので、"
        "保存の前に個人情報を伏せ字にしています。要約は機械が下書きし、承認により人のものとなります。",
    },
}

STYLE = (
    "@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) ' / ' "
    "counter(pages);font:9pt system-ui,sans-serif;color:#55605c}}"
    "body{font:15px/1.65 system-ui,'Noto Sans JP','Hiragino Sans',sans-serif;max-width:46rem;"
    "margin:2rem auto;padding:0 1rem;color:#1b211f;background:#fff;overflow-wrap:anywhere}"
    "h1{font-size:1.45rem;margin:0 0 .8rem}h2{font-size:1.05rem;margin:1.8rem 0 .5rem;"
    "padding-bottom:.2rem;border-bottom:2px solid #1b211f;break-after:avoid}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;margin:0}"
    "dt{color:#55605c}dt::first-letter{text-transform:uppercase}"
    "dd{margin:0}ul{margin:0;padding-left:1.2rem}p{margin:.3rem 0}"
    ".brief{font-size:1.08rem;font-weight:600}.state,.about,small{color:#55605c;font-size:.85rem}"
    "table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem .3rem 0;"
    "border-bottom:1px solid #dde0db;text-align:start;vertical-align:top}"
    "th{font-size:.85rem;font-weight:600;color:#55605c}thead{display:table-header-group}"
    "td.at,td.who,th,td .at,span.state{white-space:nowrap}"
    "td.at{font-variant-numeric:tabular-nums}"
    "tr{break-inside:avoid}tr:target{background:#fff0bd}a{color:#1d5c8a}"
    "tr.cited td.at{border-left:3px solid #1d5c8a;padding-left:.5rem}"
    "tr.confidential td{background:#f1f1ee;color:#55605c;font-style:italic}"
    ".unsupported{color:#9c2f1f}.about{margin-top:2rem}"
    "@media(max-width:32rem){th,td{font-size:.85rem;padding-right:.4rem}th,td.who{white-space:normal}"
    "td:first-child:not(.at){min-width:4.5em}"
    "dl{grid-template-columns:minmax(4rem,max-content) 1fr}}"
    "@media print{body{font-size:10pt;margin:0;padding:0;max-width:none}"
    "a{color:inherit;text-decoration:none}}"
)
