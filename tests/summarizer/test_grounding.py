"""A planted number, date, name or denial is found; what was said in other words is not."""

from __future__ import annotations

import json
import time
import tomllib
from pathlib import Path

import pytest

from copilot.backends import build_topic_encoder
from summarizer.entailment import Entailment
from summarizer.grounding import Claim, Grounding, ungrounded
from summarizer.opposites import opposite
from summarizer.polarity import contradicts
from summarizer.prompt import orders_in
from summarizer.roles import misattributed
from summarizer.standing import overstated

PAIRS = Path(__file__).parents[2] / "benchmarks" / "grounding.toml"
LIES = Path(__file__).with_name("planted_lies.jsonl")
SAID = ["We refund 40 dollars by Friday, says Ms Rivera."]
SAID_JA = ["森様の修理代4800円を金曜日までに返金いたします。"]


@pytest.mark.parametrize(
    ("sentence", "said", "planted"),
    [
        ("Agent will refund 40 dollars by Friday.", SAID, set()),
        ("Agent will refund $40 by Friday.", SAID, set()),
        ("Agent will refund 45 dollars by Friday.", SAID, {"45"}),
        ("Agent will refund 40 euros by Friday.", SAID, {"40"}),
        ("Agent will refund 40 dollars by Monday.", SAID, {"Monday"}),
        ("Customer spoke to Rivera and Jones.", SAID, {"Jones"}),
        ("Jones called about a refund.", SAID, {"Jones"}),
        ("Refund promised.", SAID, set()),
        ("森様に4800円を返金する。", SAID_JA, set()),
        ("林様に4800円を返金する。", SAID_JA, {"林"}),
        ("契約者森様に返金する。", SAID_JA, set()),
        ("４８００円を返金する。", SAID_JA, set()),
        ("四千八百円を返金する。", SAID_JA, set()),
        ("4900円を火曜までに返金する。", SAID_JA, {"4900", "火曜"}),
        ("お客様へ返金する。", SAID_JA, set()),
        ("It costs 3,000 yen.", ["三千円です"], set()),
        ("料金は三千円。", ["It is 3,000円"], set()),
        ("Booked for April 2 at 2 p.m.", ["the second of April at two"], set()),
        ("Booked for April 3 at 2 p.m.", ["the second of April at two"], {"April 3"}),
        ("予約は4月2日14時。", ["四月二日の午後二時です"], set()),
        ("予約は4月2日15時。", ["四月二日の午後二時です"], {"15時"}),
        ("Order A-1029 is late.", ["my order a 1 0 2 9 is late"], set()),
        ("Order A-1029 is late.", ["order A1028"], {"A-1029"}),
        ("Reference 44871.", ["four four", "eight seven one"], set()),
        ("伝票番号は7730-18。", ["7703の18です"], {"7730-18"}),
        ("It takes three weeks.", ["it takes three days"], {"3"}),
        ("Customer called twice.", ["I've called two times"], set()),
        ("Agent wrote to [mail].", ["I wrote to you"], {"[mail]"}),
        ("Visit tomorrow morning.", ["tomorrow at 9 a.m."], set()),
        ("Visit tomorrow afternoon.", ["tomorrow at 9 a.m."], {"afternoon"}),
        ("The fee is 49.99 dollars.", ["forty nine ninety nine"], set()),
        ("担当の小川が電話する。", ["担当の小川です"], set()),
        ("担当の山本が電話する。", ["担当の小川です"], {"山本"}),
        ("インターネットが切れる。", ["ネットが切れるんです"], set()),
        ("手数料は千円。", ["手数料は一万円です"], {"1000"}),
        ("The fee is 1000 dollars.", ["The fee is 10000 dollars"], {"1000"}),
        ("The fee is 1,000.", ["The fee is 10,000"], {"1,000"}),
        ("手数料は3,000円。", ["手数料は30,000円です"], {"3,000"}),
        ("It costs 3000 yen.", ["about order 130004"], {"3000"}),
        ("Reference 4487.", ["four four eight seven one"], {"4487"}),
        ("Order A-102 is late.", ["order A1029"], {"A-102"}),
        ("Order 1029 is late.", ["order A1029"], set()),
        ("The fee is 49.99 dollars.", ["four thousand nine hundred ninety nine"], {"49.99"}),
        ("1 item was sent.", ["10 items were sent"], {"1"}),
        ("Customer spoke to Lee.", ["I could not sleep"], {"Lee"}),
        ("森様が来店した。", ["大森様が来店されました"], {"森"}),
    ],
)
def test_planted_facts(sentence: str, said: list[str], planted: set[str]) -> None:
    assert ungrounded(sentence, said) == planted


@pytest.mark.parametrize(
    ("sentence", "said", "turned"),
    [
        ("Customer was refunded.", "I'm sorry, we could not refund you.", True),
        ("Agent could not refund it.", "Unfortunately I can't give you a refund.", False),
        ("Agent cannot refund the order.", "Sure, I will refund that today.", True),
        ("The parcel has arrived.", "My parcel never arrived.", True),
        ("Customer did not receive the parcel.", "My parcel never arrived.", False),
        ("Customer wants to log in.", "I can't log in to my account.", False),
        ("Customer has trouble logging in.", "I can't log in to my account.", False),
        ("Customer can log in.", "I can't log in to my account.", True),
        ("Customer asked for a refund.", "Can't you just refund me?", False),
        ("The warranty does not cover it.", "Yes, the warranty covers that.", True),
        ("返金した。", "返金はできません。", True),
        ("返金済み。", "申し訳ございませんが、返金の対応はできかねます。", True),
        ("返金はできないと案内。", "返金はできません。", False),
        ("返金していない。", "本日返金いたしました。", True),
        ("返金を希望。", "返金してもらえませんか。", False),
        ("荷物が届いた。", "荷物がまだ届いていないんです。", True),
        ("荷物が未着。", "荷物がまだ届いていないんです。", False),
        ("手数料はかからない。", "手数料が500円かかります。", True),
        ("本日中に確認が必要。", "本日中に確認しないといけないんです。", False),
        ("カードを紛失した。", "カードをなくしました。", False),
    ],
)
def test_denials(sentence: str, said: str, turned: bool) -> None:
    assert contradicts(sentence, [said]) is turned


HOSTILE_PIECES = """
x@ Aa 1_ a1- a-1_ 漢あ 問題な [a one_ 一 1, 9.9. not_ アー 。 12/ 4月 www. @ Mr_A._ は 千 I_ , - ! AI of_ 要約に
"""
HOSTILE = ["\n", "\n ", *(piece.replace("_", " ") for piece in HOSTILE_PIECES.split())]
LONG = 20_000
"""Signs of a text, as somebody's edit of a summary may hold them."""
LIMIT_S = 5.0
"""Several times what the slowest needs. What this guards against grows with the square or the
cube of the length: it needed minutes."""


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_costs_more_than_its_length(piece: str) -> None:
    """Each runs in a web thread, and a regular expression lets no other one run meanwhile."""
    text = (piece * LONG)[:LONG]
    began_s = time.process_time()
    ungrounded(text, [text])
    contradicts(text, [text])
    contradicts(f"あ{text}", [text])
    orders_in(text)
    opposite(text, [text])
    misattributed(f"Agent {text[:600]}", [text], ["agent"])
    misattributed(f"お客様は{text[:600]}", [text], ["agent"])
    overstated(text, [text])
    overstated(f"あ{text}", [text])
    assert time.process_time() - began_s < LIMIT_S


@pytest.fixture(scope="module")
def grounding(models_dir: Path) -> Grounding:
    return Grounding(build_topic_encoder(models_dir / "models"))


def test_every_kind_of_fault_has_its_name(grounding: Grounding) -> None:
    said = "I could not refund the delivery fee for your parcel."
    claims = [
        Claim(
            text="Agent could not refund the delivery fee.", cited=[said], speakers=["agent"]
        ),
        Claim(text="Agent could not refund the delivery fee.", cited=[], speakers=[]),
        Claim(text="Agent could not refund 12 dollars.", cited=[said], speakers=["agent"]),
        Claim(text="Agent refunded the delivery fee.", cited=[said], speakers=["agent"]),
        Claim(text="Customer likes the new garden.", cited=[said], speakers=["agent"]),
        Claim(
            text="Agent sent a parcel.",
            cited=["You sent a parcel."],
            speakers=["customer"],
            done=True,
        ),
    ]
    assert grounding.faults(claims) == ["", "uncited", "facts", "polarity", "meaning", "actor"]
    assert grounding.faults([]) == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_planted_lies(grounding: Grounding, language: str) -> None:
    """Pairs of a paraphrase and a lie about one thing said. The words of the checks were chosen
    with most of them in view; nobody changes anything for the others, which are ``held``."""
    rows = [json.loads(line) for line in LIES.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["language"] == language]
    true = _let_pass(grounding, rows, "true")
    lies = _let_pass(grounding, rows, "false")
    seen = [row for row in rows if not row["held"]]
    assert [row for row in lies if row in seen] == []
    assert [row for row in seen if row not in true] == []
    held = len(rows) - len(seen)
    assert len(lies) <= 0.2 * held
    assert len(true) - len(seen) >= 0.85 * held


def _let_pass(grounding: Grounding, rows: list[dict], kind: str) -> list[dict]:
    claims = []
    for row in rows:
        speakers, cited = zip(*(line.split(": ", 1) for line in row["said"]), strict=True)
        claims.append(Claim(text=row[kind], cited=cited, speakers=speakers))
    faults = grounding.faults(claims)
    return [row for row, fault in zip(rows, faults, strict=True) if not fault]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_calls_that_nothing_was_fitted_on(grounding: Grounding, language: str) -> None:
    """At least four of five true sentences stay; no false number, day, code or name does."""
    kept: dict[str, list[bool]] = {}
    for call in tomllib.loads(PAIRS.read_text(encoding="utf-8"))["calls"]:
        if call["fits"] or call["language"] != language:
            continue
        speakers, texts = zip(*(line.split(": ", 1) for line in call["lines"]), strict=True)
        rows = [*call["true"], *call["false"]]
        claims = [
            Claim(
                text=row["text"],
                cited=[texts[line - 1] for line in row["lines"]],
                speakers=[speakers[line - 1] for line in row["lines"]],
            )
            for row in rows
        ]
        for row, fault in zip(rows, grounding.faults(claims), strict=True):
            kept.setdefault(row.get("wrong", "true"), []).append(not fault)
    assert sum(kept["true"]) >= 0.8 * len(kept["true"])
    for wrong in ("number", "day", "code", "name", "denial"):
        assert not any(kept.get(wrong, ())), wrong
    assert sum(kept["meaning"]) <= 0.25 * len(kept["meaning"])


def test_what_is_said_in_other_words_scores_higher(models_dir: Path) -> None:
    entailment = Entailment(build_topic_encoder(models_dir / "models"))
    said = ["My dishwasher leaks onto the kitchen floor whenever it drains."]
    near, far = entailment.scores(
        [("Water comes out of the dishwasher.", said), ("Customer moved to Leeds.", said)]
    )
    assert 0.0 <= far < near <= 1.0
    assert entailment.scores([]) == []
