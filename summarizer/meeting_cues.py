"""What people say in meetings when they decide, take something on or name each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MeetingCues", "cues_of", "from_te_form"]


@dataclass(frozen=True, slots=True)
class MeetingCues:
    """Patterns over one cleaned sentence without its final mark."""

    decision: re.Pattern[str]
    """Says that something is decided; the group ``what`` is the decision, where it can be
    told from the words around it."""
    proposal: re.Pattern[str]
    """Puts something to the others; decided when they agree."""
    assent: re.Pattern[str]
    dissent: re.Pattern[str]
    mine: re.Pattern[str]
    """The speaker takes ``what`` on."""
    named: re.Pattern[str]
    """``name`` is to do ``what``."""
    asked: re.Pattern[str]
    """``name``, where there is one, is asked to do ``what``."""
    person: re.Pattern[str]
    """``name`` is spoken to, or says who they are."""
    topic: re.Pattern[str]
    nobody: frozenset[str]
    """Words that stand where a name could."""
    talk: re.Pattern[str]
    """Of ``what``: things one does in the meeting itself."""


_NAME = r"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
_OWNER = r"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?|the [a-z]+ team|[a-z]+ing team)"

_NOBODY = """
I We They It This That There He She You Everyone Everybody Someone Somebody Who What Which
Nobody Anyone And So But Then Okay Ok Yes No Well Right Great Good Thanks Thank Today Tomorrow
Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
July August September October November December Please Let Next First Second Finally Sorry
Sure Perfect Agreed All The Our Hello Hi If When Once Not Just Here Still Also Maybe Fine
Going
"""

_ENGLISH = MeetingCues(
    decision=re.compile(
        r"(?:\b(?:we|we've|we have)(?: all| now)? (?:decided|agreed|settled)(?: that| to| on)?"
        r"|\b(?:it's|it is|that's|that is) (?:decided|agreed|settled)(?: that|,| then)*"
        r"|\bthe decision is(?: that| to)?"
        r"|\b(?:agreed|decided|approved|final decision)[:,] (?=\w+ \w+)"
        r"|\b(?:we'll|we will|let's|we're going to|we are going to) (?=(?:go|stick|stay) with"
        r"|keep|drop|move|postpone|delay|cancel|stop|start|launch|use|adopt|hold off|extend"
        r"|reduce|increase|raise|cut|limit|close|open|hire|switch|freeze|choose|pick|skip"
        r"|not |continue with|roll out|ship|pilot|book|target|cap|split|merge|replace)"
        r")\s*(?P<what>.+)",
        re.IGNORECASE,
    ),
    proposal=re.compile(
        r"^(?:so |then |and |but |okay,? |well,? )*(?:shall we|should we|can we|could we"
        r"|why don't we|how about we|what if we|i propose(?: that)?(?: we)?"
        r"|i(?:'d| would)? suggest(?: that)?(?: we)?|are we (?:all )?(?:agreed|okay|happy)"
        r"(?: to| that we| with)?|do we (?:all )?agree (?:to|that we)) (?P<what>.+)",
        re.IGNORECASE,
    ),
    assent=re.compile(
        r"^(?:yes|yeah|yep|okay|ok|sure|fine|great|right|perfect|good|absolutely|definitely|"
        r"agreed|exactly)\b|\bagreed\b|\b(?:i|we|all) agree\b|sounds? (?:good|great|right"
        r"|fine)"
        r"|works for me|good idea|makes sense|no objections?|fine (?:by|with) me|in favou?r"
        r"|let's do (?:that|it)|i'm (?:happy|okay|fine) with|go ahead|will do",
        re.IGNORECASE,
    ),
    dissent=re.compile(
        r"^(?:no|nope|hmm|well)\b(?!,? objections?)(?! problem)|\b(?:not sure|disagree|too"
        r" (?:early|risky|expensive|soon|late)|rather not|against (?:it|that)|i don't think"
        r"|wait|let's not|not yet|come back to (?:it|that|this)|think about it)\b",
        re.IGNORECASE,
    ),
    mine=re.compile(
        r"\b(?:i'll|i will|i'm going to|i am going to|i can|let me|i'd be happy to"
        r"|i'm happy to|i'll be able to|leave (?:it|that) to me)(?: also| then)?"
        r" (?P<what>[a-z]+ .+)",
        re.IGNORECASE,
    ),
    named=re.compile(
        rf"^(?:so |and |then |okay,? |action item:? |next step:? )*{_OWNER}"
        r"(?:'ll| will| is going to| is to| should| needs to| has to| agreed to"
        r"| takes care of)"
        r" (?P<what>.+)"
    ),
    asked=re.compile(
        rf"^(?:(?:so|and|then|okay|right|great|thanks),? )*(?:{_NAME}, )?"
        r"(?:(?:can|could|would|will) you|please|would you mind)(?: please| also)?"
        r" (?P<what>(?!hear|see|repeat|say|explain|tell me|remind|clarify)[a-z]+ .+)"
    ),
    person=re.compile(
        r"(?:^|[.,] )(?:hi|hello|thanks|thank you|over to you|welcome|morning|good morning),?"
        r" (?P<name1>[A-Z][a-z]+)\b|\b(?:[Tt]his is|I'm|I am"
        r"|[Mm]y name is) (?P<name2>[A-Z][a-z]+"
        r"(?: [A-Z][a-z]+)?)|^(?P<name3>[A-Z][a-z]+), (?:can|could|would|will|do|did"
        r"|please|what"
        r"|how|any|over|you)\b|, (?P<name4>[A-Z][a-z]+)$|^(?P<name5>[A-Z][a-z]+)(?: here\b"
        r"|'ll | will )"
    ),
    topic=re.compile(
        r"(?:(?:today|here) (?:to|for)|the (?:purpose|goal|aim|agenda|topic)(?: of (?:this"
        r"|the|"
        r"today's)(?: meeting| call)?)?(?: today)? is|we(?:'re| are) here to"
        r"|let's (?:talk about"
        r"|discuss|start with|begin with)|on the agenda(?: today)?(?: is)?|(?:want|need"
        r"|like)(?:ed)?"
        r" to (?:discuss|talk about|go over|review|decide)|meeting (?:is )?(?:about|on))"
        r"\s*(?:to |discuss |talk about |about |review |decide )*(?P<what>.+)",
        re.IGNORECASE,
    ),
    nobody=frozenset(_NOBODY.split()),
    talk=re.compile(
        r"^(?:see|say|think|be |have to|admit|start|share my|go first|just|ask|add that"
        r"|explain"
        r"|repeat|imagine|tell you|hear|understand|come to that|get to that|wait|agree|live)",
        re.IGNORECASE,
    ),
)

_PERSON_JA = r"[一-龥々ァ-ヶー]{1,6}"
_TITLE = r"(?:さん|くん|君|部長|課長|係長|主任|社長|専務|常務|リーダー|マネージャー)"
_NOBODY_JA = "皆 みな 各 担当者 お客 私 誰 どなた 何 部 全員 賛成 反対 予定 問題"

_JAPANESE = MeetingCues(
    decision=re.compile(
        r"(?P<what>.+?)(?:(?:という)?こと(?:に|で)(?:なりました|します|しました|決まりました"
        r"|決定しました|決定です|いきます|いきましょう|進めます|進めましょう|合意しました"
        r"|お願いします|しましょう)|(?:に|で|と)(?:決まりました|決定しました|決定(?:です"
        r"|いたし"
        r"ます|します)?|決めました|合意しました|承認されました)|(?:を|は)(?:承認します"
        r"|承認しました|採用します|採用しましょう|見送ります|見送りましょう|見送りとします"
        r"|中止します|延期します|延期しましょう)|で(?:いきましょう|いきます|進めましょう"
        r"|進めます)|(?:に|と)(?:しましょう|します|いたします))$"
    ),
    proposal=re.compile(
        r"(?P<what>.+?)(?:(?:という)?こと)?(?:で|に)?(?:(?:は|では)?(?:いかがでしょう"
        r"|どうでしょう"
        r"|どうですか|いかがですか)|(?:よろしい|いい)(?:でしょう|です)|しましょう|(?:し"
        r"|い)ませ"
        r"ん|したいと思います(?:が)?|を提案します|異議はありません|異論はありません"
        r"|進めてよろしい"
        r"でしょう|進めていいです)か?$"
    ),
    assent=re.compile(
        r"^(?:はい|ええ|うん|そうですね|いいですね|了解|承知|賛成|異議なし|問題ありません"
        r"|問題ない|大丈夫|結構です|わかりました|分かりました|お願いします|かしこまりました)"
        r"|賛成です|異議(?:は)?(?:ありません|なし)|そうしましょう|それでいきましょう"
        r"|いいと思い"
    ),
    dissent=re.compile(
        r"^(?:いや|いえ|うーん|ただ|でも|ちょっと)|反対|難しい|早すぎ|待って|保留|持ち帰"
        r"|次回(?:に|また)|もう少し検討|考えさせて"
    ),
    mine=re.compile(
        r"^(?:では|じゃあ|それでは|はい)?、?(?:それは|これは|そちらは)?(?:私|わたし|僕|こちら"
        r"|うち)(?:の(?:ほう|方))?(?:が|で|から|は)、?(?P<what>.+?(?:ます|ましょう|おきます))$"
        r"|(?P<what3>.+?(?:は|を|も))(?:私|わたし|僕)(?:の(?:ほう|方))?(?:が|で|から)、?"
        r"(?P<what4>.+?(?:ます|ましょう|おきます))$"
        r"|(?P<what2>.+(?:を|に).+?(?:しておきます|ておきます|いたします|送ります|作ります"
        r"|作成します"
        r"|確認します|連絡します|手配します|調べます|共有します|提出します|まとめます"
        r"|準備します"
        r"|更新します|修正します|予約します|報告します|相談します|対応します))$"
    ),
    named=re.compile(
        rf"(?:^|、)(?P<name>{_PERSON_JA}{_TITLE})(?:が|は|の方で|のほうで|に)、?"
        r"(?P<what>.+?(?:ます|する|担当(?:です)?|やる|こと|ことになりました|てもらいます"
        r"|てもらいましょう|していただきます|お願いします))$"
    ),
    asked=re.compile(
        rf"^(?:では|じゃあ|それでは|それから"
        rf"|あと)?、?(?:(?P<name>{_PERSON_JA}{_TITLE})(?:、|は|に|の方で)?)?"
        r"、?(?P<what>.+?(?:てください|てくださいませんか|ていただけますか|てもらえますか"
        r"|ていただけませんか|てもらえませんか|をお願いします|をお願いできますか"
        r"|お願いします|頼みます))(?:か)?$"
    ),
    person=re.compile(
        rf"(?P<name1>{_PERSON_JA}){_TITLE}|の(?P<name2>[一-龥々]{{2,4}})(?:です|と申します)$"
    ),
    topic=re.compile(
        r"(?:本日|今日|今回)(?:の(?:議題|会議|打ち合わせ|ミーティング|テーマ))?(?:は|では)、?"
        r"(?P<what>.+?)(?:について|に関して|です|の件|を)"
    ),
    nobody=frozenset(
        [
            "皆",
            "みな",
            "各",
            "担当者",
            "お客",
            "私",
            "誰",
            "どなた",
            "何",
            "部",
            "全員",
            "賛成",
            "反対",
            "予定",
            "問題",
        ]
    ),
    talk=re.compile(r"^(?:始め|開始|終わ|説明|報告を始め|よろしく|お疲れ|失礼)|よろしく"),
)


def cues_of(language: str) -> MeetingCues:
    """English where the language is not Japanese."""
    return _JAPANESE if language == "ja" else _ENGLISH


_GODAN = (
    ("いて", "く"),
    ("いで", "ぐ"),
    ("んで", "む"),
    ("って", "る"),
)
_GODAN_OTHERS = re.compile(
    r"(?P<stem>[使買言払習伺会笑洗もらしま])って$|(?P<tsu>[待持打立勝])って$"
)


def from_te_form(text: str) -> str:
    """A request's verb as one writes it down: 送って is 送る, 更新して is 更新する."""
    if match := _GODAN_OTHERS.search(text):
        return text[: match.end() - 2] + ("う" if match["stem"] else "つ")
    if re.search(r"行って$", text):
        return text[:-2] + "く"
    if re.search(r"呼んで$", text):
        return text[:-2] + "ぶ"
    if match := re.search(r"(?P<noun>[一-龥々ァ-ヶー]{2,})?して$", text):
        return text[:-2] + ("する" if match["noun"] else "す")
    for ending, dictionary in _GODAN:
        if text.endswith(ending):
            return text[: -len(ending)] + dictionary
    return text[:-1] + "る" if text.endswith("て") else text
