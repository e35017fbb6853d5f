import pytest

from copilot.events import Alert, Emotion

FURY = "Are you kidding me? This is outrageous, I want my money back right now!"
CALM = "I'd like to know when my parcel arrives."


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
