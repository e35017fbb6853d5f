"""Real classification models of transformers, small enough to be trained in a second."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    PreTrainedTokenizerFast,
)

LABELS = ("joy", "neutral", "annoyance", "anger")
LESSONS = {
    "joy": ["thank you so much", "that is wonderful", "助かりました ありがとう"],
    "neutral": ["what time do you open", "my order number please", "住所を変えたい"],
    "annoyance": ["this is rather slow", "again the same question", "まだ届かない"],
    "anger": ["i am furious", "this is a disgrace", "ふざけるな 最低だ"],
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
POSITIONS = 40
"""Fewer than texts may have tokens, as real models have fewer than some texts."""


def tiny_classifier(folder: Path, *, multi_label: bool = False) -> Path:
    """Saves a model that has learnt ``LESSONS``, and its tokenizer."""
    torch.manual_seed(1)
    tokenizer = _tokenizer()
    model = DistilBertForSequenceClassification(
        DistilBertConfig(
            vocab_size=len(tokenizer),
            dim=32,
            hidden_dim=64,
            n_layers=1,
            n_heads=2,
            max_position_embeddings=POSITIONS,
            dropout=0.0,
            seq_classif_dropout=0.0,
            id2label=dict(enumerate(LABELS)),
            label2id={label: number for number, label in enumerate(LABELS)},
            problem_type="multi_label_classification" if multi_label else None,
        )
    )
    texts = [text for label in LABELS for text in LESSONS[label]]
    answers = torch.tensor(
        [number for number, label in enumerate(LABELS) for _ in LESSONS[label]]
    )
    if multi_label:
        answers = torch.nn.functional.one_hot(answers, len(LABELS)).float()
    asked = tokenizer(texts, padding=True, return_tensors="pt")
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(150):
        optimiser.zero_grad()
        model(**asked, labels=answers).loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer() -> PreTrainedTokenizerFast:
    """A piece for each character and for each word of the lessons."""
    texts = [text for lesson in LESSONS.values() for text in lesson]
    words = sorted({word for text in texts for word in text.split()} | set("".join(texts)))
    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, *words])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )
