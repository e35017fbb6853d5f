"""Twelve short calls, written apart from the corpus, of industries it hardly knows.

A line is ``c`` (customer) or ``a`` (operator) and the words. ``expected`` maps a kind to the
turns in which it must fire first; every other kind in ``WATCHED`` is a false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from copilot.events import Alert

WATCHED = (
    "frustration_spike",
    "sustained_frustration",
    "escalation_request",
    "churn_risk",
    "harassment",
    "agent_ng_word",
)


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    name: str
    language: str
    lines: str
    expected: dict[str, range] = field(default_factory=dict)
    tolerated: tuple[str, ...] = ()

    def turns(self) -> list[tuple[str, str]]:
        speakers = {"c": "customer", "a": "agent"}
        rows = [line.strip().split(" ", 1) for line in self.lines.strip().splitlines()]
        return [(speakers[speaker], text) for speaker, text in rows]


DIALOGUES = (
    Dialogue(
        name="calm museum visit",
        language="en",
        lines="""
            a City Museum, this call is recorded, how can I help?
            c Hello there. I'd like to know whether the dinosaur hall is open on Mondays.
            a It is. May I have your name for the booking?
            c Ruth Adler. Two pensioners and one screaming grandchild, I'm afraid.
            a Ha, no problem at all. There was a complaint box form you sent us, was that you?
            c Oh, that was ages ago, the café, and they made it right straight away.
            a Glad to hear it. The price is eighteen in total.
            c Killer price. Can I cancel the audio guide, though? We won't need it.
            a Of course, I've taken it off.
            c Lovely, that's it then. Bye.
        """,
    ),
    Dialogue(
        name="vet clinic lost the sample",
        language="en",
        lines="""
            a Greenhill Vets, calls are recorded. How can I help?
            c Hi, I'm ringing for my cat's blood results. Name's Misty.
            a Let me see. What's your surname, please?
            c Farrow. F A double R O W.
            a Thank you. I'm afraid the lab seems to have mislaid the sample.
            c Mislaid? You've got to be joking! She was under anaesthetic for that, and you just lose it?!
            a I'm so sorry. We can repeat it free of charge.
            c Free? You think I'm putting her through that again? That's absolutely disgraceful!
            a I understand. Let me ask the vet what else we can do.
            c Fine. Ask.
        """,
        expected={"frustration_spike": range(5, 8)},
        tolerated=("sustained_frustration",),
    ),
    Dialogue(
        name="polite landlord dispute",
        language="en",
        lines="""
            a Oakfield Lettings, recorded line. Your name and flat number?
            c Yes, hello, Tom Baker, flat nine. It's about the boiler.
            a I see. What's the matter with it?
            c With respect, I've reported it four times since October and nobody has ever come out.
            a I'll note that down.
            c That's precisely what your colleague said. My wife is pregnant and we're washing in cold water.
            a There's a backlog, I'm afraid.
            c I find that very hard to accept. You collect the rent on the first without any backlog.
            a I could try for next week.
            c I'd like to take this up with your manager, please.
            a I'll ask her to ring you today.
            c Thank you. Otherwise we'll be ending the tenancy and moving to another agency.
        """,
        expected={
            "sustained_frustration": range(5, 12),
            "escalation_request": range(9, 11),
            "churn_risk": range(11, 12),
        },
        tolerated=("frustration_spike",),
    ),
    Dialogue(
        name="落ち着いた図書館の問い合わせ",
        language="ja",
        lines="""
            a 中央図書館でございます。この通話は録音しております。
            c あ、もしもし。本の予約のことでお尋ねしたいんですが。
            a はい、お名前と利用者番号をお願いいたします。
            c 小野寺です。番号は、5521です。
            a ありがとうございます。
            c 「怒りの葡萄」と、あと「最低の軍隊」っていう本を予約してるんですけど。
            a 一冊はご用意できております。
            c あ、ほんとですか。じゃあもう一冊はキャンセルしてもらって大丈夫です。
            a かしこまりました。
            c うちの上司にも借りてくるように頼まれてて。助かりました。
            a ご利用ありがとうございました。
            c はい、ありがとうございました。
        """,
    ),
    Dialogue(
        name="引っ越し業者が来ない",
        language="ja",
        lines="""
            a はやて引越センターです。お電話は録音しております。
            c すみません、今日の引っ越しの時間を確認したくて。
            a お名前をお願いいたします。
            c 八木です。八木真由美。
            a 八木様、申し訳ございません、本日のご予約が入っておりませんでした。
            c はあ? 入ってないってどういうことですか! もう荷物全部まとめたんですよ!
            a 大変申し訳ございません。明日でしたら伺えます。
            c 明日じゃ困るんです! 今日部屋を出なきゃいけないのに、どこで寝ろって言うんですか!
            a 宿泊費は弊社で負担いたします。
            c そういう問題じゃないでしょう。店長さんに代わってください。
            a かしこまりました。お待ちください。
        """,
        expected={
            "frustration_spike": range(5, 8),
            "sustained_frustration": range(9, 11),
            "escalation_request": range(9, 11),
        },
    ),
    Dialogue(
        name="静かに怒るスポーツクラブ会員",
        language="ja",
        lines="""
            a ラピススポーツでございます。録音させていただいております。
            c いつもお世話になっております。会員の柴田と申します。
            a 柴田様、会員番号をお願いできますか。
            c 70412です。プールの水温の件、先月も申し上げたのですが、まだ改善されていないようですね。
            a 申し訳ございません。
            c 館長さんからお返事をいただけるとのことでしたが、ひと月たっても何のご連絡もございません。
            a 確認いたします。
            c 毎回「確認します」で終わりますよね。正直、あきれております。
            a 申し訳ございません。
            c 会費だけはきちんと引き落とされるのに、これでは到底納得いたしかねます。
            a おっしゃるとおりでございます。
            c 来月で退会して、駅前の別のクラブに移るつもりです。
        """,
        expected={"sustained_frustration": range(7, 12), "churn_risk": range(11, 12)},
        tolerated=("frustration_spike",),
    ),
    Dialogue(
        name="calm gym call with a cancelled class",
        language="en",
        lines="""
            a Core Gym, recorded line, who am I speaking to?
            c Hey, it's Zoe Park, member 1180.
            a Hi Zoe, what can I do for you?
            c I can't make my spin class tonight, could you cancel that for me?
            a Sure, done.
            c Great. And is the sauna fixed? It was closed last week.
            a Yes, it opened on Monday.
            c Oh brilliant. I thought I'd have to sweat elsewhere, ha.
            a Anything else?
            c My trainer said I should ask the duty manager about the locker key, but I found it.
            a Lovely. Bye.
            c Bye now.
        """,
    ),
    Dialogue(
        name="happy bakery call",
        language="en",
        lines="""
            a Bread and Co, calls are recorded. Name for the order?
            c It's Kowalski. I ordered the wedding cake.
            a Yes, for Saturday. Is something wrong?
            c No no, nothing wrong. My sister's furious it isn't chocolate, but that's her problem.
            a Ha. Would you like to change it?
            c Could we do one tier in chocolate? I don't mind waiting a bit longer.
            a Of course, no extra charge.
            c You're an angel. She'll stop yelling at me now.
            a We'll deliver at noon.
            c Perfect, thanks a million.
        """,
    ),
    Dialogue(
        name="銀行の振り込み",
        language="ja",
        lines="""
            a 東都銀行でございます。録音しております。
            c あの、振り込みの件で聞きたいんですけど。
            a お名前と生年月日をお願いします。
            c 松永です。昭和50年2月1日です。
            a 確認いたしました。振り込みは、口座名義の不一致で戻っております。
            c えっ、戻ってるんですか。連絡、来てないですけど。
            a お手紙をお送りしております。
            c 手紙って、それじゃ遅いでしょう。今日が支払いの期限なんですよ。
            a 申し訳ございません。
            c 延滞になったら、そちらで責任取ってくれるんですか。
            a 手数料は弊行で負担いたします。
            c そういうことじゃなくて、信用の問題なんです。上の人と話をさせてください。
            a かしこまりました。
        """,
        expected={"sustained_frustration": range(9, 13), "escalation_request": range(11, 12)},
        tolerated=("frustration_spike",),
    ),
    Dialogue(
        name="落ち着いた美容院の予約変更",
        language="ja",
        lines="""
            a サロン花でございます。お電話は録音しております。お名前をお願いします。
            c 石田です。来週の火曜に予約してるんですけど。
            a はい、承っております。
            c 急に仕事が入っちゃって、キャンセルさせてもらえますか。すみません。
            a かしこまりました。
            c 代わりに木曜って空いてますか。
            a 午後3時でしたら。
            c あ、じゃあ3時で。前回、店長さんにやってもらった色がすごく評判よくて。
            a ありがとうございます。
            c また店長さんにお願いできますか。
            a はい、承りました。
            c よかった。じゃあ木曜に。
        """,
    ),
    Dialogue(
        name="水道が止められた",
        language="ja",
        lines="""
            a 県央水道です。通話は録音しています。
            c もしもし、水が出ないんですけど、工事か何かですか。
            a ご住所とお名前をお願いします。
            c 川崎町の3の8、前田です。
            a 確認しましたところ、未納のため停止しております。
            c はあ? 未納? 口座から落ちてるだろ、通帳見せてやろうか!
            a こちらでは入金が確認できておりません。
            c 赤ん坊がいるんだよ! 今すぐ開けろ!
            a 復旧には明日までかかります。
            c 明日? なめてんのか! 所長を出せ、所長を!
            a 少々お待ちください。
        """,
        expected={
            "frustration_spike": range(5, 8),
            "sustained_frustration": range(9, 11),
            "escalation_request": range(9, 11),
        },
    ),
    Dialogue(
        name="穏やかに乗り換えを考える",
        language="ja",
        lines="""
            a モバイル七です。録音しております。お電話番号をお願いします。
            c 070の0000の2222です。料金プランのことで。
            a 確認しました。どのようなご相談でしょうか。
            c 今のプラン、ちょっと高いかなと思って。
            a はい。
            c 友達が使ってる会社だと半額くらいなんですよね。
            a さようでございますか。
            c 特に不満はないんですけど、来月あたりそっちに替えようかなって。
            a よろしければ、お得なプランをご案内できます。
            c あ、そうなんですか。じゃあ聞いてみます。
            a 家族割で千円お安くなります。
            c へえ、それならこのままでいいかな。
        """,
        expected={"churn_risk": range(7, 8)},
    ),
)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.name)
def test_alerts_fire_where_they_should_and_nowhere_else(analyser, say, dialogue) -> None:
    followed = analyser(dialogue.language)
    fired: dict[str, list[int]] = {}
    for index, (speaker, text) in enumerate(dialogue.turns()):
        for event in followed.feed(say(speaker, text)):
            if isinstance(event, Alert):
                fired.setdefault(event.kind, []).append(index)
    for kind, window in dialogue.expected.items():
        assert fired.get(kind, [-1])[0] in window, f"{kind}: {fired}"
    quiet = set(WATCHED) - dialogue.expected.keys() - set(dialogue.tolerated)
    assert not quiet & fired.keys(), fired
