"""Secrets go, what the centre works with stays."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from copilot.events import Speaker, Transcript, Word
from copilot.masking import Masker, mask, redact


def final(
    text: str, *, speaker: Speaker = "customer", language: str = "en", is_final: bool = True
) -> Transcript:
    return Transcript(
        call_id="c",
        at_s=1.0,
        utterance_id="u",
        speaker=speaker,
        revision=1,
        start_s=0.0,
        end_s=1.0,
        text=text,
        language=language,
        final=is_final,
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("It's 5555 5555 5555 4444.", "It's [card]."),
        (
            "five five five five, five five five five, five five five five, four four four four",
            "[card]",
        ),
        ("double five double five, 5555 5555 4444", "[card]"),
        ("Call me on 020 7946 0018 please", "Call me on [phone] please"),
        (
            "my number is oh two oh, seven nine four six, double oh one eight",
            "my number is [phone]",
        ),
        ("reach me at 202-555-0143", "reach me at [phone]"),
        ("mail jo.bloggs@example.org", "mail [email]"),
        ("it's jo dot bloggs at example dot org", "it's [email]"),
        ("my email is jo at example.com", "my email is [email]"),
        ("I was born on 4 July 1965", "I was born on [birth_date]"),
        ("July the fourth, nineteen sixty five", "[birth_date]"),
        ("July fourth, nineteen sixty five", "[birth_date]"),
        ("I live at 22 Acacia Avenue, Leeds, LS1 4AP", "I live at [address]"),
        (
            "my social security number is 078-05-1120",
            "my social security number is [national_id]",
        ),
        ("sort code 20-00-00", "sort code [bank_account]"),
        ("the security code is 123", "the security code is [card]"),
    ],
)
def test_english_secrets(text: str, masked: str) -> None:
    assert mask(text, "en")[0] == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("番号は5555-5555-5555-4444です", "番号は[card]です"),
        (
            "ゴーゴーゴーゴー、ゴーゴーゴーゴー、ゴーゴーゴーゴー、ヨンヨンヨンヨンです",
            "[card]です",
        ),
        ("携帯は080-0000-5678です", "携帯は[phone]です"),
        ("ゼロハチゼロの、ゼロゼロゼロゼロの、ゴーロクナナハチです", "[phone]です"),
        ("〇三の一二三四の五六七八です", "[phone]です"),
        ("マイナンバーは1234 5678 9018です", "マイナンバーは[my_number]です"),
        ("口座番号は1234567です", "口座番号は[bank_account]です"),
        ("昭和55年4月3日生まれです", "[birth_date]です"),
        ("1975年12月1日です", "[birth_date]です"),
        ("昭和五十五年四月三日です", "[birth_date]です"),
        (
            "タロウ、アットマーク、エグザンプル、ドット、シーオー、ドット、ジェーピーです",
            "[email]です",
        ),
        ("東京都千代田区丸の内1丁目2番3号です", "[address]です"),
        ("〒100-0005です", "[address]です"),
        ("基礎年金番号は1234-567890です", "基礎年金番号は[pension]です"),
    ],
)
def test_japanese_secrets(text: str, masked: str) -> None:
    assert mask(text, "ja")[0] == masked


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("That is $1,299.00 in total, so 12 payments of $108.25.", "en"),
        ("Order number 4015882731 and ticket 77120043.", "en"),
        ("Your booking reference is QX7741.", "en"),
        ("We deliver on March 3rd between 9 and 12.", "en"),
        ("I have waited forty five minutes, one or two at most, you said.", "en"),
        ("Look at example, it works at home.", "en"),
        ("Ms Rivera will call at half past three.", "en"),
        ("ご注文番号は2048815520です", "ja"),
        ("合計で12,800円、3回払いです", "ja"),
        ("12月5日の15時30分に伺います", "ja"),
        ("お客様番号は00412233です", "ja"),
        ("佐々木様の件で、二、三日お待ちください", "ja"),
        ("それにしても、ご連絡がなかったのでしょうか", "ja"),
    ],
)
def test_numbers_of_the_trade_stay(text: str, language: str) -> None:
    assert mask(text, language) == (text, ())


def test_the_question_tells_what_a_number_is() -> None:
    masker = Masker()
    masker.feed(final("Could I have the long card number please?", speaker="agent"))
    first = masker.feed(final("Sure, 5105 1051"))
    second = masker.feed(final("and then 0510 5100"))
    assert (first.text, second.text) == ("Sure, [card]", "and then [card]")
    masker.feed(final("Thanks. Which order is it about?", speaker="agent"))
    assert masker.feed(final("It is 10442")).text == "It is 10442"


def test_asked_birth_date_needs_no_year() -> None:
    masker = Masker()
    masker.feed(final("生年月日をお願いいたします。", speaker="agent", language="ja"))
    assert masker.feed(final("4月3日です", language="ja")).text == "[birth_date]です"


def test_growing_digits_of_a_partial_are_held_back() -> None:
    shown = Masker().feed(final("it's 5555 55", is_final=False)).text
    assert shown == "it's [number]"


def test_words_are_masked_with_the_text() -> None:
    text = "Call 202-555-0143 now"
    words = tuple(
        Word(text=part, start_s=index, end_s=index + 1, confidence=0.9)
        for index, part in enumerate(text.split())
    )
    masked = Masker().feed(
        Transcript(
            call_id="c",
            at_s=3.0,
            utterance_id="u",
            speaker="customer",
            revision=1,
            start_s=0.0,
            end_s=3.0,
            text=text,
            words=words,
            language="en",
            final=True,
        )
    )
    assert masked.words is not None
    assert [word.text for word in masked.words] == ["Call", "[phone]", "now"]


@given(st.text(max_size=80), st.sampled_from(["ja", "en"]))
def test_spans_describe_the_mask(text: str, language: str) -> None:
    masked, spans = mask(text, language)
    assert redact(text, spans) == masked
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(st.integers(0, 10**15 - 1), st.sampled_from(["", " ", "-"]))
def test_every_valid_card_is_masked(number: int, separator: str) -> None:
    body = f"{number:015}"
    check = next(
        digit
        for digit in range(10)
        if sum(
            value - 9 * (value > 9)
            for value in (
                int(one) * (1 + place % 2)
                for place, one in enumerate(reversed(f"{body}{digit}"))
            )
        )
        % 10
        == 0
    )
    card = f"{body}{check}"
    groups = separator.join(card[start : start + 4] for start in range(0, 16, 4))
    assert groups not in mask(f"The card is {groups}, thanks.", "en")[0]


@pytest.mark.parametrize(
    ("text", "language", "masked"),
    [
        ("the card starts 4000, then 0566, then 5566, and last 5556", "en",
         "the card starts [card], and last [card]"),
        ("カードは最初が4000、次が0566、その次が5566、最後が5556です", "ja", "カードは最初が[card]です"),
        ("口座番号は千二百三十四の五百六十七です", "ja", "口座番号は[bank_account]です"),
        ("my number's seven oh to five five five oh won 4 ate", "en", "my number's [phone]"),
        ("マイナンバーは123予、56789018です", "ja", "マイナンバーは[my_number]です"),
        ("IBAN golf bravo two nine N W B K six oh one six one three", "en", "IBAN [bank_account]"),
        ("在留カードの番号はAB12345678CDです", "ja", "在留カードの番号は[national_id]です"),
        ("My NI number is QQ 12 34 56 C", "en", "My NI number is [national_id]"),
        ("生年月日は昭和六銃年の死月二日です", "ja", "生年月日は[birth_date]です"),
        ("born the third of the seventh, seventy-nine", "en", "born [birth_date]"),
        ("postcode's N W one, six X E please", "en", "postcode's [address] please"),
        ("〒100-0001 東京都千代田区千代田1の1 宮ビル302号室です", "ja", "[address]です"),
    ],
)  # fmt: skip
def test_spoken_broken_and_parted(text: str, language: str, masked: str) -> None:
    assert mask(text, language)[0] == masked


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("JANコードは4901234567894です", "ja"),
        ("2008年4月1日に開業した港区のお店で1番人気です", "ja"),
        ("受付番号は261-0034です", "ja"),
        ("谷町四丁目付近のホテルを探しています", "ja"),
        ("The card expires in 2028, branch 102 is open until five", "en"),
        ("from two to five, for three of us, two or three times", "en"),
    ],
)
def test_what_looks_like_a_secret_stays(text: str, language: str) -> None:
    assert mask(text, language)[0] == text


def test_who_reads_a_secret_back_tells_nothing() -> None:
    masker = Masker()
    masker.feed(final("Your card number please?", speaker="agent"))
    assert masker.feed(final("4000 0566 5566 5556")).text == "[card]"
    told = masker.feed(final("So 5566 5556 at the end, for order 5566?", speaker="agent"))
    assert told.text == "So [card] at the end, for order 5566?"


def test_a_hotline_that_the_operator_tells_stays() -> None:
    said = "You can call 1-800-555-0199 any time"
    assert Masker().feed(final(said, speaker="agent")).text == said
    assert Masker().feed(final(said)).text == "You can call [phone] any time"
