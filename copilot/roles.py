"""Which of two voices is the operator's, by what each of them says.

Operators greet in the company's name, announce the recording, check who calls, ask to wait
and promise; in Japanese their politeness alone tells. Customers say what they want. Words
decide and not who speaks first, because calls go out as well as in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

__all__ = ["DECIDED", "agent_voice"]

DECIDED = 0.9
"""Confidence from which on more words are not waited for."""
CUE_WEIGHT = 0.9
"""What one cue more on one side says, in nats: on the project's own scripted calls and
operators' lines, five cues in six stand on the side where they belong."""
BOTH = 0.5
"""Share of the other's cues from which on both talk like operators: one person was taken for
two, or two colleagues speak."""
CUES_MAX = 3
"""Cues counted in one utterance: a set phrase holds several of them."""

_AGENT = (
    r"thank(?:s| you) for (?:calling|holding|waiting|your patience|confirming"
    r"|getting in touch)",
    r"\b(?:how|what) (?:may|can) (?:i|we) (?:help|assist|do for you)|how can i be of",
    r"\bcalls? (?:is|are|may be|will be|might be)(?: being)? (?:recorded|monitored)",
    r"\b(?:is there|was there|will there be) (?:any|some)thing else",
    r"\b(?:may|can|could) i (?:have|get|take|ask(?: for)?|confirm|put|place) (?:your|the|you"
    r"|a|which)",
    r"\b(?:can|could|would) you (?:please )?(?:confirm|verify|tell me|give me|spell|provide"
    r"|read)",
    r"\bfor (?:security|verification)|\bto verify\b|\bsecurity (?:question|check)",
    r"\blet me (?:check|look|see|pull|have a look|just check|bring up|transfer|put you)",
    r"\bi(?:'ll| will| can) (?:transfer|check|arrange|send you|email you|book|look into"
    r"|go ahead"
    r"|put you|call you back|have someone|have (?:it|that) |make a note|escalate|raise"
    r"|process)",
    r"\bi(?:'ve| have) (?:updated|sent|booked|processed|arranged|cancelled|noted|gone ahead"
    r"|added)",
    r"\bbear with me|\bone moment(?:,? please)?|\bplease hold|\bwould you like (?:the|to|me"
    r"|a|it)",
    r"\bi(?:'m| am) (?:so |very |really |terribly )?sorry (?:to hear|about that|for (?:the"
    r"|that|any))",
    r"\bwe apologi[sz]e|\bi apologi[sz]e|\bour (?:system|records|policy|team|records show)",
    r"\b(?:sir|ma'am|madam)\b|\bon (?:your|the) account\b|\bi can see (?:that|your|the|you)",
    r"\bhave a (?:great|good|nice|lovely|wonderful) (?:day|afternoon|evening|weekend)",
    r"\bcertainly\b|\bno problem at all|\bthank you,? (?:mr|ms|mrs)\b|\bspeaking with you",
    r"お電話(?:いただき|ありがとう)|お電話(?:変|代)わ",
    r"ございます|ございました|ございません|いたします|いたしました|いたしまして|致し",
    r"承り|かしこまりました|お客様|お客さま|恐れ入り|お待たせ|少々お待ち|お待ちください",
    r"いただけますでしょうか|頂けますでしょうか|よろしいでしょうか|お伺い|お聞かせ|お知らせ",
    r"お(?:名前|電話番号|生年月日|住所|手元|調べ|手続き)を|ご(?:用件|本人|確認|連絡|案内"
    r"|契約|注文)",
    r"録音|担当の?.{1,8}(?:です|と申し)|弊社|当社|当店|申し訳|お詫び|ご不便|お困り"
    r"|の方で(?:は)?確認",
)
_CUSTOMER = (
    r"\bi(?:'m| am) calling (?:about|because|to|regarding)|\bi(?:'d| would) like to\b",
    r"\bi (?:want|need|was wondering|wanted|ordered|bought|received|paid|called|got (?:a|an"
    r"|my|the))\b",
    r"\bmy (?:order|account|bill|card|phone|name is|number is|booking|bag|package|policy|flight"
    r"|internet|payment|subscription|refund|address|wife|husband|son|daughter|mother|kids)\b",
    r"\bcan you (?:help|just|fix|do|check|cancel|send)|\bcould you help|\bi can't\b"
    r"|\bi don't\b",
    r"\byou (?:people|guys)\b|\byour (?:company|website|app|driver|technician|colleague)\b",
    r"\bit(?:'s| is| was) (?:not|never|still|broken)|\bwhat do i (?:do|need)|\bdo i (?:have"
    r"|need)",
    r"(?:んですけど|んですけれど|んですが|のですが|たいんで|ほしいん|欲しいん|なんですよ"
    r"|んですよ)",
    r"もしもし|うちの|困って|困るん|どうすれば|どうしたら|ですかね|そちら|お宅|おたく"
    r"|わかりました"
    r"|お願いします|助かります|えっと|ちょっと.{0,6}(?:聞き|お聞き)|届かな|届いてな|壊れ",
)
_agent = re.compile("|".join(_AGENT), re.IGNORECASE)
_customer = re.compile("|".join(_CUSTOMER), re.IGNORECASE)


def agent_voice(said: Iterable[tuple[int, str]]) -> tuple[int, float]:
    """The operator's voice, 0 or 1, and how sure that is, 0.5 to 1, of utterances given as
    voice and words. 0.5 where no word tells."""
    like_agent = [0, 0]
    for voice, text in said:
        agent = min(len(_agent.findall(text)), CUES_MAX)
        customer = min(len(_customer.findall(text)), CUES_MAX)
        like_agent[voice] += agent - customer
    if min(like_agent) > BOTH * max(like_agent) > 0:
        return 0, 0.5
    towards_one = like_agent[1] - like_agent[0]
    confidence = 1.0 / (1.0 + math.exp(-CUE_WEIGHT * abs(towards_one)))
    return int(towards_one > 0), round(confidence, 3)
