"""Patterns of promises, requests and arrivals in English speech."""

from __future__ import annotations

import re

__all__ = [
    "AFTERWARDS",
    "AGREES",
    "APPOINTED",
    "COMES_OUT",
    "CONTACTS",
    "DOES",
    "FROM_OTHERS",
    "ARRANGED",
    "ARRIVES_THEN",
    "ASKS_WHEN",
    "ASKED",
    "CUSTOMER",
    "DEPARTMENT",
    "EXPECT",
    "FIXED_FOR",
    "GIVES",
    "HAVE_OTHER",
    "HEDGED",
    "IDLE",
    "IN_CALL",
    "NAME",
    "HANDED_IN",
    "NEEDED",
    "NOT_OURS",
    "ONCE_THEN",
    "ONLY_WORDS",
    "ONGOING",
    "OWES",
    "OWN_DUTY",
    "PERSON",
    "POINTING",
    "PROMISE",
    "SETS_GOING",
    "SET_FOR",
    "SOON",
    "SURE_TASK",
    "WHEN_ONLY",
    "THEN_ONLY",
    "WHO",
    "YOU_GET",
]

_PRONOUN = r"(?:i|we|you|it|that|this|they|he|she|these|those|everything)"
PERSON = (
    r"(?:someone|somebody|one of (?:our|the) [\w-]+(?: [\w-]+)?|(?:an?|another|the|our"
    r"|my|your|their)"
    r" (?:[\w'-]+ ){0,4}?(?:team|department|desk|manager|supervisor|colleague|specialist"
    r"|engineer|handyman|caretaker|porter"
    r"|courier|driver|technician|fitter|plumber|electrician|office|branch|warehouse|depot"
    r"|garage"
    r"|store|shop|partner|adjuster|assessor|surveyor|inspector|adviser|advisor|agent|lead"
    r"|leader"
    r"|director|head|nurse|doctor|pharmacist|bank|crew|people|staff|supplier|manufacturer|lab"
    r"|contractor|consultant|accountant|investigator|coordinator|company|representative|rep"
    r"|officer|clerk|man|woman|lads?|bloke|fella|chap|crew|teacher|tutor|vet"
    r"|receptionist|host|landlord|movers?|cleaner|guy|lady"
    r"|finance|billing|dispatch|logistics|claims|fraud|support|accounts|operations"
    r"|maintenance)s?"
    r"(?: (?:of|in|from|at|for) (?:the )?[\w-]+)?)"
)
DEPARTMENT = (
    r"(?:billing|accounts|finance|dispatch|logistics|claims|fraud|engineering|operations"
    r"|maintenance|head office|customer (?:care|relations)|tech(?:nical)? support|housekeeping"
    r"|reception|security|IT|HR|payroll|legal|underwriting)"
)
NAME = r"(?:[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"
WHO = (
    rf"(?:{PERSON}(?:,? {NAME},?)?(?:,? \w+ {NAME},)?|{DEPARTMENT}"
    rf"|(?-i:{NAME})(?:,? (?:the|our|my|from|in) [\w ]+?,?)?"
    rf"|(?:the|a|an|our|your|my|their|his|her|this|that|another|any|both|all) (?:[\w'-]+"
    rf" ){{0,4}}?[\w'-]+)"
)
_ANYBODY = (
    r"(?!(?:and|but|so|then|which|who|what|there|how|when|where|why|if|or|not|once"
    r"|only|now)\b)[a-z]{3,}"
)
"""A name or a trade, as recognisers write them without capitals."""
_MODAL = (
    r"(?P<modal>'ll| will|(?:'m|'re|'s| am| are| is) (?:going|due|supposed|scheduled|set) to"
    r"|(?:'m|'re|'s| am| are| is) gonna| should| shall| is to| are to)"
)
_ADVERBS = (
    r"(?:(?: also| just| personally| then| certainly| definitely| of course| now| actually"
    r"| go ahead and| make sure(?: that)?(?: to)?| be sure to| try (?:and|to)| still| probably"
    r"| absolutely| happily| obviously| quickly| be able to| get to work and)*)"
)
AFTERWARDS = (
    r"(?:send|e-?mail|mail|post|upload|return|bring|reply|fill|sign|complete|keep"
    r"|hang on to|call"
    r"|ring|phone|contact|pay|drop|collect|pick|pack|print|take|visit|pop|submit|forward|attach"
    r"|text|leave|book|order|cancel|renew|update|upgrade|install|download|get|have|provide|make"
    r"|come|go|put|let (?:me|us)|report|present|show|set aside|register|apply|write|check|test"
    r"|scan|photograph|take (?:a )?(?:photo|picture)|throw|jot|note|ship|wait for|watch"
    r"|look out|monitor|confirm|change|clear|tell|move|switch"
    r"|follow|file|add|buy|transfer|okay|ok|approve|speak|talk|discuss|think|chase|ask"
    r"|swing|dig|find|look (?:out|for)|arrange|empty|tidy|lock|unlock|open|charge|reset"
    r"|measure|count|prepare|label|wrap|box"
    r"|turn|plug|give (?:me|us|them) (?:a )?(?:call|ring))"
)
PROMISE = re.compile(
    rf"(?:(?<=^)|(?<=[ ,;])|(?<=\band )|(?<=\bso ))(?P<who>{_PRONOUN}|{WHO}|{_ANYBODY}){_MODAL}"
    rf"{_ADVERBS} (?P<not>not )?(?P<verb>[a-z]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
EXPECT = re.compile(
    r"\b(?:you (?:can|should|may) |^)expect (?P<rest>(?:an?|the|your|to|our|it"
    r"|that)\b.*)$",
    re.IGNORECASE,
)
ARRANGED = re.compile(
    r"^(?:and )?(?:i've|i have|we've|we have|i'm|i am|we're|we are)(?: also| just| now)*"
    r" (?P<verb>(?!calling|looking|checking|seeing|showing|reading|going|telling|trying"
    r"|having|asking"
    r"|saying|waiting|pulling|being|hoping|thinking|sorry)[a-z]+ing(?=\b.*)|arrang\w+"
    r"|book\w+|schedul\w+|sending|emailing|posting|mailing|shipping|issuing"
    r"|refunding|processing|dispatching|crediting|returning|ordering|ordered|waiving|replacing"
    r"|asked|requested|got|getting|having|set up|setting up)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
ONGOING = re.compile(
    r"^(?:and |also |then )*(?P<verb>(?:send|email|post|mail|ship|issu|refund|process|dispatch"
    r"|credit|return|order|replac|arrang|book|schedul)ing)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
FIXED_FOR = re.compile(
    r"(?!.*\b(?:fully|she's|he's|they're) booked)"
    r"(?:\b(?:the|your|a|an|that) (?:[\w'-]+ ){0,3}?[\w'-]+ |^(?:so )?)(?:booked|scheduled"
    r"|delivered"
    r"|collected|shipped|posted|dispatched|installed|set|arranged|confirmed"
    r"|ready)\b(?! by\b.*\bsign).*$",
    re.IGNORECASE,
)
YOU_GET = re.compile(
    r"^(?:and |then |so )?you(?:'ll| will) (?:have|get|receive|be getting)"
    r" (?P<thing>(?!to\b).+)$",
    re.IGNORECASE,
)
THEN_ONLY = re.compile(r"^[\w' :]{3,24}?,? (?:then|it is)\b(?:,|$)", re.IGNORECASE)
""" "Two o'clock, then": a time agreed on."""
ONLY_WORDS = re.compile(
    r"\b(?:it|that|this|they|he|she|i|we|you|will|would|should|is|be|am|are|gonna|going"
    r"|to|say|so|then"
    r"|well|about|around|roughly|like|maybe|probably|hopefully|give|or|take|worst|best"
    r"|case|at|the"
    r"|latest|your|our|time|tops|max|just|only|in|on|by|before|after|yeah|yes|no|and|sir"
    r"|ma'am|love"
    r"|madam|mate|definitely|most|likely|half|hour|though)\b|'(?:ll|s|d|re|m)\b|\W",
    re.IGNORECASE,
)
"""Words beside a time that add nothing to it."""
SET_FOR = re.compile(
    r"\b(?P<who>(?:the|your|a|an|that|our) (?:[\w'-]+ ){0,3}?[\w'-]+)(?:'s| is| are| has been"
    r"| have been| was (?:due|booked|scheduled|meant|set)| takes?| comes?| goes| leaves?"
    r"| arrives?| lands?| ships?)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
HAVE_OTHER = re.compile(
    rf"^(?:have|get|ask|tell|send|let|request|arrange for|organi[sz]e for)"
    rf" (?P<who>(?!you\b|it\b|that\b|this\b|me\b){WHO}) (?:to )?(?:(?:who|and they)(?:'ll"
    rf"| will)"
    r" )?(?P<act>call|ring|phone|contact|email|come|visit|get|look|reach|check|bring"
    r"|deliver|fix"
    r"|collect|pick|send|review|handle|go|give|be|take|inspect|repair|reply|respond|follow"
    r"|process|investigate|confirm|drop|text|sort)\b(?P<more>.*)$",
    re.IGNORECASE,
)
IDLE = re.compile(
    r"^(?:need|want|have to|see|say|admit|be (?:honest|happy|glad|right|with you|sure|able|fine"
    r"|careful|waiting|here|quick|a (?:moment|minute|second))|hold|wait|put you|tell|explain"
    r"|repeat|read|spell|walk|guide|help|stay|think|hope|bet|ask you|let you go"
    r"|transfer|verify|get (?:that|this) (?:sorted|done)|do my best|see what|understand"
    r"|remember|never|miss|like|love|mind|take (?:a look|that|care of yourself)|use"
    r"|keep (?:you|an"
    r" eye)|go (?:through|with)|pull|bring (?:it|that|this) up|look (?:at|that|it|this|into"
    r" (?:that|this|it))?(?: up)?(?: for you)?$|have a look|check(?: that| this| it)?"
    r"(?: for you)?$|just|cost|work|do$|know$|happen|apply|depend|probably|pay|notice|find)\b",
    re.IGNORECASE,
)
SOON = re.compile(
    r"\b(?:right now|for you now|now|straight away|right away|immediately|while (?:we|you)"
    r"|(?:in )?(?:just )?(?:a|one) (?:second|moment|minute|sec))\b",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"(?:^|, |\b(?:and|then|so|but) |(?=\bhow's (?:this|that) you ))"
    r"(?P<asks>(?:(?:if|when|once) you(?: could| can| would)?"
    r"|(?:how about |how's (?:this|that),? |and |then )?you"
    r"|(?<!did )(?<!do )(?<!have )(?<!when )(?<!if )\byou(?= (?:drop|bring|send|collect"
    r"|pick|return)\b)|could you"
    r"|can you|would you|please(?: do)?|you(?:'ll| will|'d| would)? (?:just |also |only "
    r"|still )*"
    r"(?:need|have) to|you (?:must|should)|all you (?:need|have) to do is"
    r"|make sure (?:you |to )"
    r"|be sure to|don't forget to|remember to|i(?:'ll| will)? (?:just |still "
    r"|also )*need you to"
    r"|we(?:'ll| will)? (?:just |still |also )*need you to|i'd (?:ask|recommend"
    r"|suggest) (?:that )?"
    r"you(?: to)?|it's best (?:to|if you)|just|simply|you can(?: just)?|feel free to)"
    rf"(?: please| just| also| kindly)*) (?P<act>{AFTERWARDS}\b.*)$|^(?P<plain>(?:send"
    rf"|email|bring"
    r"|return|keep|reply|upload|post|fill|sign|drop|call us|ring us|pay|pack|throw"
    r"|take (?:a )?(?:photo"
    r"|picture)|photograph|leave|have (?:your|it|the))\b.*)$",
    re.IGNORECASE,
)
AGREES = re.compile(
    r"(?:yes|yeah|yep|please(?! don't)|correct|exactly|that's (?:right|it)|you do)\b",
    re.IGNORECASE,
)
OWN_DUTY = re.compile(
    r"\b(?:do|should|shall|must) i (?:need to |have to |just |still )*"
    rf"(?P<act>(?!get |have |make |come )(?:{AFTERWARDS}|give)\b.*)$",
    re.IGNORECASE,
)
"""What a customer asks whether to do."""
APPOINTED = re.compile(
    r"(?:^|, |\b)(?:(?:you're|you are|he's|she's|they're|it's|that's|we're|i've|we've)(?: now"
    r"| all| just)* (?:booked|pencilled|penciled|slotted|squeezed|down|put|popped|reserved"
    r"|scheduled|confirmed)\b|(?:booked|confirmed|reserved|pencilled in)(?: in)?$)",
    re.IGNORECASE,
)
"""A time is fixed at which one comes to the other."""
COMES_OUT = re.compile(
    r"\b(?:technician|engineer|fitter|plumber|electrician|surveyor|inspector|cleaners?|movers?"
    r"|let (?:you|them|him|her|us) in|come (?:out|round|over|to you)|lay|install|inspect"
    r"|survey|collection)\b",
    re.IGNORECASE,
)
ONCE_THEN = re.compile(
    r"(?:^|, )(?P<lead>(?:the (?:minute|moment|second)|as soon as|once)\b[^,]{3,60}), (?:i|we)"
    r" (?P<act>(?!have|had|need|want|think|know|see|guess|was|were|am|are|can|could|would|may"
    r"|might|must|do|don't|should|usually|normally)[a-z]{3,}\b.*)$",
    re.IGNORECASE,
)
""" "The minute I have it, I resubmit": a promise without "will"."""
GIVES = (
    r"(?:send|bring|drop|return|collect|pick|pay|sign|ok|okay|approve|submit|upload|email"
    r"|post|come"
    r"|provide|reply|confirm|leave|ship|text|call|ring)\b"
)
HANDED_IN = re.compile(
    r"\b(?:picture|photo|copy|letter|form|proof|receipt|statement|artwork|scan|document"
    r"|signature"
    r"|certificate|bill|id|passport|licen[cs]e|deeds?|contract|invoice|ticket|reading"
    r"|prescription|logbook)\b",
    re.IGNORECASE,
)
FROM_OTHERS = re.compile(r"\bfrom (?:the|our|a|an|one of) \w+", re.IGNORECASE)
CONTACTS = (
    r"(?:call|ring|phone|contact|email|text|come|visit|get (?:back|in touch)|be in touch"
    r"|give)\b"
)
DOES = re.compile(
    rf"(?P<who>{PERSON}) (?P<act>(?:calls|rings|phones|gives|visits|emails|contacts|delivers"
    r"|collects)\b.*)$",
    re.IGNORECASE,
)
NEEDED = re.compile(
    r"\b(?:what )?(?:i|we)(?:'d| would|'ll| will)? (?:just |still "
    r"|also )*need (?:from you is )?(?P<what>(?:the|your"
    r"|a|an|that|this)"
    r" (?!to\b).*)$",
    re.IGNORECASE,
)
SURE_TASK = re.compile(
    r"^(?:send|e-?mail|mail|post|upload|return|bring|reply|fill|sign|complete|keep|hang on to"
    r"|pop (?:the|it|your|a|them)|pay|drop|pack|print|submit|forward|present|scan|ship|throw"
    r"|take (?:a )?(?:photo"
    r"|picture)|call (?:us|me|back)|ring|collect|pick"
    r" up|leave|fill|photograph|set aside|have (?:it|them|the|your)|get (?:the|a|your))\b",
    re.IGNORECASE,
)
IN_CALL = re.compile(
    r"\bleave (?:it|that|this) (?:with|to) (?:me|us)\b|\b(?:hold|bear with|stay on"
    r"|the line|tell me|give me (?!a (?:call|ring))|spell"
    r"|your (?:full"
    r" )?(?:name|date of birth|account number|postcode|order number|policy number|zip)"
    r"|confirm (?:your|that|the)|verify|for me(?: now)?$|call (?:us )?(?:back )?(?:if|any ?time"
    r"|again if)|let (?:us|me) know if|a good|care|easy"
    r"|keep (?:it|this|that|things) (?:civil|polite|respectful|calm|clean|brief)|rest assured"
    r"|contact us if"
    r"|get in touch if"
    r"|press|unplug|plug|hesitate|sorry|ignore|accept|have a (?:nice|good|great|look|seat"
    r"|lovely)"
    r"|check (?:the (?:light|cable|box|screen)|whether|if)|click|open (?:the|your)|my apolog)",
    re.IGNORECASE,
)
CUSTOMER = re.compile(
    r"(?:^|[ ,])(?P<who>i|we|my (?:wife|husband|partner|son|daughter|assistant|colleague"
    r"|secretary|mother|father|mum|mom|dad))(?P<modal>'ll| will|'m going to| am going to"
    r"|'re going to|'m gonna| can| could| should be able to)(?: also| just| then"
    r"| definitely| try"
    rf" (?:and|to))* (?P<act>(?:{AFTERWARDS}|do (?:that|it|so)|try)\b.*)$",
    re.IGNORECASE,
)
NOT_OURS = re.compile(
    r"^(?:take (?:it|that|the|one|this|my business)|have (?:the|that|a|it|to|no)|go with|wait"
    r"|put (?:your|you|this|it) |call (?:the police|my lawyer|someone)|report you"
    r"|get (?:a lawyer|it|my (?:money|lawyer|solicitor))|think so|ask for|speak (?:how"
    r"|to (?:your|a|the) (?:manager|boss"
    r"|supervisor))|talk to (?:your|a)|keep (?:calling|waiting|trying|my|that in)"
    r"|go (?:elsewhere|to (?:the|your|a"
    r" )(?:press|competitor|lawyer|regulator|ombudsman)|somewhere|online|ahead)|write (?:a"
    r" review|to (?:the|my))|cancel|leave (?:you|it there|now|a review)"
    r"|make (?:a complaint|sure)|tell (?:everyone|you"
    r"|them|my"
    r" friends)|post (?:this|it|about)|follow|file a|come down|switch|move|change (?:my"
    r"|provider)"
    r"|transfer|see|sue|show|give you|add|test|watch|let you|miss)\b",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"^(?:do (?:that|it|so|this)|(?:send|bring|email|post|upload|get|have)"
    r" (?:it|them|that|those|this|one)(?: (?:over|in|to you|back|off|across|up))?)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"\b(?:can't|cannot|won't|not|don't|never) (?:\w+ ){0,2}(?:promise|say|sure|guarantee"
    r"|know|think"
    r"|tell)\b|\b(?:if|whether|unless|maybe|perhaps|might|what if|until|how|hope|hopefully) *$",
    re.IGNORECASE,
)
SETS_GOING = re.compile(
    r"\b(?:refund|replace|send|sent|pay|post|mail|ship|order|credit|process|dispatch|issu"
    r"|request"
    r"|book|arrang|schedul|deliver|return|transfer|cancel|escalat|rais|report|submit|apply"
    r"|appl|upgrad|activat|new|repair|claim)\w*\b",
    re.IGNORECASE,
)
WHEN_ONLY = re.compile(
    r"^(?:(?:it|that|this|they|which|the (?:refund|money|payment|process|transfer))"
    r"(?:'ll| will| should| can| usually| normally| typically| would| may| might)*"
    r" (?:takes?|be|reach|arrive|come|show|happen|appear|get|go|lands?|post|clear)\b"
    r"|(?:within|by|before|on|in|at|around|no later than|usually|about|probably|allow|up to"
    r"|tomorrow|today|tonight|this|next|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|any ?time (?:before|up to|until)"
    r"|expect it|you'll (?:have|get|see|receive) (?:it|that|them|this)|you (?:should|will)"
    r" (?:have|get|see|receive|hear)))",
    re.IGNORECASE,
)
ASKS_WHEN = re.compile(
    r"\b(?:how (?:long|soon)|by when|what (?:time|day|date)"
    r"|when(?:'s|'ll| is| will| would| do| does| can| should| are))\b",
    re.IGNORECASE,
)
ARRIVES_THEN = re.compile(
    r"(?:it|that|they|this|those)(?:'ll| will| should|'d| would)"
    r" (?:be (?:ready|there|done|with you)|arrive|come|reach)\b",
    re.IGNORECASE,
)
OWES = re.compile(
    r"\b(?:have|need|got|going|meant|supposed) to (?P<act>[a-z]+ .*?)(?:,? (?:won't"
    r"|don't|haven't)"
    r" i\b.*)?$",
    re.IGNORECASE,
)
""" "I'll have to move the van": what "I'll do that" then is."""
