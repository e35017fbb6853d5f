"""What a turn hides for what was said before and after it."""

from __future__ import annotations

import pytest

from copilot.events import Speaker, Transcript
from copilot.masking import Masker, redact


def shown(language: str, turns: list[str]) -> list[str]:
    """The turns as they stand at last; those of the operator begin with ``agent: ``."""
    masker, texts = Masker(), dict[str, str]()
    for number, turn in enumerate(turns):
        speaker: Speaker = "agent" if turn.startswith("agent: ") else "customer"
        heard = Transcript(
            call_id="c", at_s=float(number), utterance_id=str(number), speaker=speaker,
            revision=1, start_s=float(number), end_s=number + 0.9, final=True,
            text=turn.removeprefix("agent: "), language=language,
        )  # fmt: skip
        masked, redactions = masker.hear(heard)
        texts[str(number)] = masked.text
        for one in redactions:
            texts[one.utterance_id] = redact(texts[one.utterance_id], one.spans)
    return list(texts.values())


@pytest.mark.parametrize(
    ("language", "turns", "last"),
    [
        ("en", ["agent: Your phone number?", "one one four", "agent: Yes.", "ate won to"],
         "[phone]"),
        ("en", ["agent: Your card number?", "5105 1051 0510 5100",
                "agent: The total is forty-nine ninety-nine."],
         "The total is forty-nine ninety-nine."),
        ("en", ["agent: So that is 5105 1051 0510 5100?", "No, it ends in 5118."],
         "No, it ends in [card]."),
        ("en", ["agent: Your date of birth?", "The second", "agent: uh-huh", "of March",
                "agent: yes", "eighty-one."], "[birth_date]."),
        ("en", ["agent: And the receipt number?", "Oh seven seven, double one nine, two two."],
         "Oh seven seven, double one nine, two two."),
        ("en", ["agent: Your reference is 0844 123 4567.", "0844 123 4567, thanks."],
         "0844 123 4567, thanks."),
        ("en", ["I'm at House 14, Road 5, Banani, Dhaka 1213, by the lake."],
         "I'm at [address], by the lake."),
        ("en", ["It's in Galway, H ninety-one, X two P four."], "It's in [address]."),
        ("en", ["Reach me on jay dot bee at tiscali dot it"], "Reach me on [email]"),
        ("en", ["We met at the Main Street store, at eleven on the dot."],
         "We met at the Main Street store, at eleven on the dot."),
        ("ja", ["とうきょうと、めぐろく、しもめぐろ、さんのろくのいち。"], "[address]。"),
        ("ja", ["お店は港区の三丁目の交差点にあります。"], "お店は港区の三丁目の交差点にあります。"),
        ("ja", ["引き落としは二十日、振込は二十七日です。"], "引き落としは二十日、振込は二十七日です。"),
        ("en", ["Account number is 31926819."], "Account number is [bank_account]."),
        ("en", ["My customer account number is 31926819."],
         "My customer account number is 31926819."),
        ("en", ["The bar code says 4901234567894."], "The bar code says 4901234567894."),
        ("ja", ["agent: 郵便番号をお願いします。", "いちぜろごの", "agent: はい。",
                "ぜろぜろいちいちです"], "[address]です"),
        ("ja", ["agent: ご住所をお願いします。", "4の2の8です。"], "[address]です。"),
        ("ja", ["agent: お電話番号は。", "よろしくお願いします。"], "よろしくお願いします。"),
        ("ja", ["０８０－１２３４－５６７８です"], "[phone]です"),
        ("ja", ["agent: 生年月日をお願いします。", "昭和五十年四月二日です。",
                "agent: ご予約は11月8日14時です。2023年にご購入で、月20ギガですね。"],
         "ご予約は11月8日14時です。2023年にご購入で、月20ギガですね。"),
        ("ja", ["agent: 生年月日をお願いします。", "2015年です。"], "[birth_date]です。"),
        ("ja", ["agent: ご住所をお願いします。", "静岡市葵区鷹匠2の14。",
                "agent: 送料は2,860円です。"], "送料は2,860円です。"),
        ("ja", ["ご住所は静岡市葵区鷹匠2の14となっております。"],
         "ご住所は[address]となっております。"),
        ("ja", ["agent: お電話番号は。", "090-1234-5678", "agent: 受付番号はK-22915です。"],
         "受付番号はK-22915です。"),
        ("en", ["agent: Your phone number?", "It's 07700 900412.",
                "agent: Your PO 7781-220-114 ships at 3 pm."],
         "Your PO 7781-220-114 ships at 3 pm."),
        ("en", ["agent: Your postcode?", "B33 8TH.",
                "agent: We come between 8 and 10, or at 3:42 p.m."],
         "We come between 8 and 10, or at 3:42 p.m."),
        ("en", ["agent: What's the address?", "14 Hill Road, Leeds, LS6 2AB",
                "agent: Delivery on December 3 at 4:15 p.m."],
         "Delivery on December 3 at 4:15 p.m."),
        ("en", ["agent: Birth date and postcode?", "2nd May 1991, L14 0QS."],
         "[birth_date], [address]."),
        ("en", ["My user ID is 418-33-07, and my cell is new."],
         "My user ID is 418-33-07, and my cell is new."),
        ("en", ["agent: The claim is for 77 Larkspur Lane, Tulsa, Oklahoma?"],
         "The claim is for [address]?"),
        ("en", ["My email stopped at the log-in page of the TX-90."],
         "My email stopped at the log-in page of the TX-90."),
        ("en", ["agent: Your email?", "K as in kilo, R as in romeo, bennett,"], "[email],"),
        ("ja", ["agent: フリーダイヤル0120-444-555です。"],
         "フリーダイヤル0120-444-555です。"),
    ],
)  # fmt: skip
def test_what_was_said_before_tells(language: str, turns: list[str], last: str) -> None:
    assert shown(language, turns)[-1] == last


@pytest.mark.parametrize(
    ("language", "turns", "at_last"),
    [
        ("en", ["It's ann hyphen lee,", "agent: Okay.", "at example dot com."],
         ["It's [email],", "Okay.", "[email]."]),
        ("ja", ["アドレスはann_lee_7、", "agent: はい。", "アットマークのあとがexample.comです。"],
         ["アドレスは[email]、", "はい。", "[email]です。"]),
        ("en", ["5105 1051", "agent: Yes.", "0510 5118. And that's my card number."],
         ["[card]", "Yes.", "[card]. And that's my card number."]),
    ],
)  # fmt: skip
def test_what_is_said_later_mends(language: str, turns: list[str], at_last: list[str]) -> None:
    assert shown(language, turns) == at_last
