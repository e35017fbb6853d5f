import numpy as np
import pytest

from copilot.events import Alert, CallStarted, Emotion, Line
from copilot.signals import AudioChunk
from sentiment.analyser import CallAnalyser
from sentiment.reading import Reading
from sentiment.rules import load_rules

FURY = "Are you kidding me? This is outrageous, I want my money back right now!"
CALM = "I'd like to know when my parcel arrives."
UPSET = Reading(levels=(0.95, 0.9, 0.2), act="complaint")
PLAIN = Reading(levels=(0.05, 0.02, 0.0), act="answer")


class ScriptedReader:
    """Reads each text as the test says; what it does not know is plain."""

    name = "scripted"

    def __init__(self, **readings: Reading) -> None:
        self._readings = readings

    def read(self, texts) -> list[Reading]:
        return [self._readings.get(text, PLAIN) for text in texts]


def scripted(**readings: Reading) -> CallAnalyser:
    started = CallStarted(call_id="c1", at_s=0, started_at="2026-01-05T09:00:00Z", agent_id="a")
    return CallAnalyser(started, reader=ScriptedReader(**readings), rules=load_rules())


def line(at_s: float, silence_s: float, speaker: str = "customer") -> Line:
    return Line(
        call_id="c1",
        at_s=at_s,
        speaker=speaker,  # type: ignore[arg-type]
        loudness_db=0.0,
        speech_rate=0.0,
        silence_s=silence_s,
        overtalk_s=0.0,
    )


def reading_of(events) -> Emotion:
    (reading,) = [event for event in events if isinstance(event, Emotion)]
    return reading


def alerts(events) -> list[Alert]:
    return [event for event in events if isinstance(event, Alert)]


def kinds(events) -> list[str]:
    return [alert.kind for alert in alerts(events)]


def test_each_customer_final_gets_one_reading_and_the_operator_none(analyser, say) -> None:
    call = analyser("en")
    (reading,) = call.feed(say("customer", CALM))
    assert isinstance(reading, Emotion)
    assert reading.utterance_id == "u1"
    assert reading.frustration < 0.2
    assert call.feed(say("agent", "Let me look that up for you.")) == []


def test_partials_and_wordless_finals_tell_nothing(analyser, say) -> None:
    from dataclasses import replace

    call = analyser("en")
    assert call.feed(replace(say("customer", FURY), final=False)) == []
    assert call.feed(say("customer", "  ")) == []


def test_a_spike_quotes_the_words_and_names_what_moved(analyser, say) -> None:
    call = analyser("en")
    call.feed(say("customer", CALM))
    call.feed(say("agent", "It was returned to the sender, I'm afraid."))
    (alert,) = alerts(call.feed(say("customer", FURY, start_s=20.0)))
    assert alert.kind == "frustration_spike"
    assert [(e.quote, e.start_s) for e in alert.evidence] == [(FURY, 20.0)]
    assert alert.at_s == 24.0
    moved = {signal.name: signal for signal in alert.signals}
    assert moved["frustration"].value > 0.5
    assert moved["frustration"].baseline is not None
    assert moved["frustration"].baseline < 0.2
    assert moved["rise"].value > 0.4
    assert alert.suggested_step


def test_a_turn_cut_into_pieces_spikes_once_and_quotes_all_of_it(analyser, say) -> None:
    call = analyser("en")
    call.feed(say("customer", CALM))
    call.feed(say("agent", "It was returned to the sender, I'm afraid."))
    first = call.feed(say("customer", "Returned?"))
    second = call.feed(say("customer", FURY))
    third = call.feed(say("customer", "I am absolutely furious!"))
    assert kinds([*first, *second, *third]) == ["frustration_spike"]
    assert [e.quote for e in alerts([*first, *second])[0].evidence][0] == "Returned?"


def test_pieces_of_one_turn_are_not_a_sustained_mood(analyser, say) -> None:
    call = analyser("en")
    call.feed(say("customer", CALM))
    pieces = ["This is a disgrace!", "I am furious with you!", "How dare you charge me for it!"]
    assert "sustained_frustration" not in [
        kind for piece in pieces for kind in kinds(call.feed(say("customer", piece)))
    ]


def test_the_first_turn_has_nothing_to_rise_from(analyser, say) -> None:
    assert kinds(analyser("en").feed(say("customer", FURY))) == []


def test_a_jump_is_told_once_however_late_the_next_words_come(say) -> None:
    furious = Reading(levels=(0.99, 0.99, 0.95), act="complaint")
    call, told = scripted(upset=furious), []
    for number, text in enumerate(["plain", "plain", "upset", "upset", "upset"]):
        final = say("customer", text, start_s=200.0 * number, end_s=200.0 * number + 4)
        told += [(number, kind) for kind in kinds(call.feed(final))]
    assert [number for number, kind in told if kind == "frustration_spike"] == [2]


def test_backchannels_neither_calm_nor_count(analyser, say) -> None:
    call = analyser("en")
    call.feed(say("customer", CALM))
    call.feed(say("agent", "One moment."))
    (quiet,) = call.feed(say("customer", "Uh huh."))
    call.feed(say("agent", "It was returned to the sender."))
    assert isinstance(quiet, Emotion)
    assert kinds(call.feed(say("customer", FURY))) == ["frustration_spike"]
    (after,) = call.feed(say("customer", "Okay."))
    assert isinstance(after, Emotion)
    assert after.frustration > 0.5


def test_a_rule_rests_after_an_alert_and_stops_at_its_cap(analyser, say) -> None:
    call = analyser("en")
    asked = "I want to speak to your manager, please."
    fired = []
    for start_s in (0, 10, 200, 400, 600):
        call.feed(say("agent", "I'm not able to do that.", start_s=start_s, end_s=start_s + 2))
        final = say("customer", asked, start_s=start_s + 3, end_s=start_s + 6)
        if "escalation_request" in kinds(call.feed(final)):
            fired.append(start_s)
    assert fired == [0, 200]


@pytest.mark.parametrize(
    "text",
    [
        "My manager asked me to confirm the delivery.",
        "The supervisor called me back yesterday, she was lovely.",
        "Cancel the second pizza, please, I picked the wrong one.",
        "I switched to you from another provider last year and I'm happy.",
        "I don't want to cancel, I only need a copy.",
        "上司に頼まれてお電話しました。",
        "責任者の方から昨日お電話をいただきました。",
        "解約するつもりはないんです。更新日だけ知りたくて。",
        "他社から乗り換えてきたばかりです。",
        "土曜の予約をキャンセルしたいんですけど。",
    ],
)
def test_neutral_uses_of_strong_words_fire_nothing(analyser, say, text: str) -> None:
    call = analyser()
    call.feed(say("customer", CALM))
    call.feed(say("agent", "How can I help?"))
    assert kinds(call.feed(say("customer", text))) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Could you put me through to your supervisor?", "escalation_request"),
        ("I need somebody above you to look into that.", "escalation_request"),
        ("Then I'm cancelling my subscription.", "churn_risk"),
        ("We're thinking of going with another insurer.", "churn_risk"),
        ("上の方に代わっていただけますか。", "escalation_request"),
        ("責任者を呼んでください。", "escalation_request"),
        ("このままでは解約するしかありません。", "churn_risk"),
        ("ほかの会社に移ろうかと話しています。", "churn_risk"),
    ],
)
def test_requests_are_heard(analyser, say, text: str, kind: str) -> None:
    assert kind in kinds(analyser().feed(say("customer", text)))


def test_messages_speak_the_language_of_the_call(analyser, say) -> None:
    (spoken,) = alerts(analyser("ja-JP").feed(say("customer", "責任者を呼んでください。")))
    (detected,) = alerts(analyser("auto").feed(say("customer", "責任者を呼んでください。")))
    assert spoken.message == detected.message == "お客様が責任者との通話を求めています。"


def test_silence_is_told_when_it_ends(analyser, say) -> None:
    call = analyser("en")
    call.feed(say("agent", "Hold on, please.", start_s=0, end_s=2))
    short = call.feed(say("agent", "Still looking.", start_s=10, end_s=12))
    (long,) = alerts(call.feed(say("agent", "Thanks for waiting.", start_s=33, end_s=35)))
    assert kinds(short) == []
    assert long.kind == "long_silence"
    assert long.signals[-1].value == 21.0


def test_the_second_talking_over_is_told(analyser, say) -> None:
    call = analyser("en")
    told = []
    for start_s in (0, 20, 40):
        call.feed(say("customer", CALM, start_s=start_s, end_s=start_s + 6))
        final = say(
            "agent", "Yes, yes, I know all that.", start_s=start_s + 4, end_s=start_s + 8
        )
        told += [(start_s, kind) for kind in kinds(call.feed(final))]
    assert told == [(20, "talk_over")]


def test_phrases_that_were_never_said_are_told_at_the_end(analyser, say) -> None:
    call = analyser("en")
    for text in ("Hello.", "Could I have your name, please?", "Let me check.", "Done.", "Bye."):
        call.feed(say("agent", text))
    assert [(a.kind, a.rule, a.at_s) for a in call.finish(60.0)] == [
        ("missing_phrase", "recording_notice", 60.0)
    ]


def test_a_call_without_words_ends_without_alerts(analyser) -> None:
    assert analyser("en").finish(600.0) == []


def test_a_recording_with_one_leg_is_read_too(analyser, say) -> None:
    call = analyser("en")
    events = [*call.feed(say("unknown", CALM)), *call.feed(say("unknown", "Let me look."))]
    assert [type(event) for event in events] == [Emotion, Emotion]
    assert kinds(call.feed(say("unknown", FURY, start_s=30))) == ["frustration_spike"]


def test_a_long_silence_is_told_while_it_lasts_and_once(say) -> None:
    call = scripted()
    call.feed(say("agent", "Hold on, please.", start_s=0, end_s=2))
    told = []
    for second in range(3, 120):
        told += [
            (second, alert)
            for speaker in ("customer", "agent")
            for alert in call.observe(line(second, second - 2.0, speaker))
        ]
    ((second, alert),) = told
    assert (second, alert.kind) == (22, "long_silence")
    assert [evidence.quote for evidence in alert.evidence] == ["Hold on, please."]
    assert call.feed(say("agent", "Thanks for waiting.", start_s=120, end_s=122)) == []


def test_a_line_that_is_quiet_before_the_first_words_is_no_silence() -> None:
    assert [
        alert for second in range(60) for alert in scripted().observe(line(second, second))
    ] == []


def test_a_long_call_is_told_without_waiting_for_words(say) -> None:
    call = scripted()
    call.feed(say("agent", "Hello."))
    assert kinds(call.observe(line(1799.0, 1.0))) == []
    assert kinds(call.observe(line(1800.0, 1.0))) == ["long_call"]


def test_a_reading_tells_its_probability_and_act(say) -> None:
    reading = reading_of(scripted(upset=UPSET).feed(say("customer", "upset")))
    assert reading.act == "complaint"
    assert 0 < reading.probability < 1
    assert {signal.name: signal.value for signal in reading.signals}["probability"] == (
        reading.probability
    )


def test_recovery_is_noticed_after_sincere_thanks_and_lost_with_new_anger(say) -> None:
    thanks = Reading(levels=(0.02, 0.01, 0.0), gratitude=0.97, valence=0.9, act="thanks")
    call = scripted(upset=UPSET, thanks=thanks)
    recovered = []
    for text in ("plain", "upset", "upset", "plain", "thanks", "Yes.", "plain", *["upset"] * 2):
        call.feed(say("agent", "A new sentence every time, of course."))
        recovered.append(reading_of(call.feed(say("customer", text))).recovered)
    assert recovered == [False, False, False, False, True, True, True, True, False]


def test_strains_of_the_call_are_named_where_they_moved_the_reading(say) -> None:
    text = "This is the third time I'm calling, and I waited forty minutes."
    call = scripted(**{text: UPSET, "upset": UPSET})
    call.feed(say("customer", text))
    call.feed(say("agent", "I see."))
    moved = {
        signal.name: signal.value
        for signal in reading_of(call.feed(say("customer", "upset"))).signals
    }
    assert moved.items() >= {"contacts": 3.0, "waited_min": 40.0, "long_wait": 1.0}.items()
    call.feed(say("agent", "I see."))
    calm = reading_of(call.feed(say("customer", "plain")))
    assert "contacts" not in {signal.name for signal in calm.signals}


def tone(frequency_hz: float, loudness: float, seconds: float) -> np.ndarray:
    """A buzz with the harmonics and the syllables of a voice, float32, 16 kHz."""
    t = np.arange(int(16_000 * seconds)) / 16_000
    voice = sum(np.sin(2 * np.pi * k * frequency_hz * t) / k for k in range(1, 12))
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 4 * t)
    return (loudness * voice * syllables).astype(np.float32)


def test_a_raised_voice_counts_and_says_how_it_moved(say) -> None:
    call, at_s, readings = scripted(upset=UPSET), 0.0, []
    for frequency_hz, loudness in [(120.0, 0.02)] * 5 + [(260.0, 0.25)]:
        samples = np.concatenate([tone(frequency_hz, loudness, 3.0), np.zeros(16_000, "f4")])
        for speaker in ("customer", "agent"):
            heard = samples if speaker == "customer" else np.zeros_like(samples)
            call.listen(AudioChunk(speaker=speaker, start_s=at_s, samples=heard))  # type: ignore[arg-type]
        final = say("customer", "plain", start_s=at_s, end_s=at_s + 3.0)
        call.feed(say("agent", "Go on.", start_s=at_s, end_s=at_s))
        readings.append(reading_of(call.feed(final)))
        at_s += 4.0
    assert readings[0].source == "text"
    assert readings[-1].source == "both"
    assert readings[-1].arousal > 0.6
    assert readings[-1].probability > readings[-2].probability
    moved = {signal.name: signal for signal in readings[-1].signals}
    assert moved["pitch_hz"].baseline is not None
    assert moved["pitch_hz"].value > 1.5 * moved["pitch_hz"].baseline


@pytest.mark.parametrize(
    "heard", ["席人者を出してください。", "責任社に代わって。", "積任者を呼べよ。"]
)
def test_a_superior_is_asked_for_in_signs_of_the_same_sound_too(say, heard: str) -> None:
    asked = Reading(levels=(0.9, 0.6, 0.1), escalation=0.4, act="escalation_request")
    assert "escalation_request" in kinds(
        scripted(**{heard: asked}).feed(say("customer", heard))
    )
