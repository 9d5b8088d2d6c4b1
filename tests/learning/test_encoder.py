import json
import random
import time

import numpy as np
import pytest

from moderation.classifier import ATTRIBUTES

pytest.importorskip("onnxruntime")
pytest.importorskip("tokenizers")

import itertools

from moderation import encoder
from moderation.encoder import EncoderClassifier
from moderation.heads import Heads, read_heads
from moderation.windows import MAX_WINDOWS, ROOM
from training.corpora import Example
from training.finetune import data, heads
from training.finetune.augment import augment

ABUSE = "Franchement, ce maire est un gros connard, et son adjoint ne vaut pas mieux. Dehors !"
CALM = "Le conseil municipal a examiné le budget de la voirie et des écoles. "


def pieces():
    """A tokenizer of single letters, with the special pieces of the real one."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    letters = ["<s>", "<pad>", "</s>", "<unk>", *sorted({*map(chr, range(33, 127)), *"éèàêçùô"})]
    made = Tokenizer(
        models.WordLevel({letter: i for i, letter in enumerate(letters)}, unk_token="<unk>")
    )
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made.to_str().encode()


def network(seed=0):
    """A network of one table: each piece says its own logits, and a text their mean."""
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    table = np.random.default_rng(seed).normal(0, 0.5, (200, 9)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["pieces"]),
        helper.make_node("ReduceMean", ["pieces"], ["logits"], axes=[1], keepdims=0),
        helper.make_node("Identity", ["logits"], ["vectors"]),
        helper.make_node("Cast", ["attention_mask"], ["unused"], to=TensorProto.FLOAT),
    ]
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["row", "piece"])
        for name in ("input_ids", "attention_mask")
    ]
    out = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["row", 9]),
        helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["row", 9]),
        helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["row", "piece", 9]),
    ]
    graph = helper.make_graph(nodes, "letters", ids, out, [numpy_helper.from_array(table, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model.SerializeToString()


@pytest.fixture(scope="module")
def classifier(taught):
    heads = Heads(np.hstack([0.1 * np.eye(9), np.eye(9)]).astype(np.float32), np.zeros(9))
    return EncoderClassifier("fr-encoder-test", network(), pieces(), taught, heads)


def log_odds(classifier, text):
    probability = classifier.score([text])[0].reject
    return np.log(probability / (1 - probability))


def test_scores_every_text_whatever_it_is(classifier):
    texts = ["", "   ", "🙂", "\u200b", "a" * 30_000, "Привет", "12\n\n3", ABUSE]
    scores = classifier.score(texts)
    assert len(scores) == len(texts)
    for score in scores:
        assert set(score.attributes) == set(ATTRIBUTES)
        assert all(0 <= value <= 1 for value in (score.reject, *score.attributes.values()))
    assert classifier.score([]) == []


def test_a_batch_scores_as_its_texts_do_alone(classifier):
    texts = ["Merci pour cet article.", ABUSE, CALM * 20, "Gagnez 3 000 € : https://a.example"]
    alone = [classifier.score([text])[0].reject for text in texts]
    assert [score.reject for score in classifier.score(texts)] == pytest.approx(alone, abs=1e-6)


def test_windows_overlap_and_leave_nothing_out(classifier):
    windows = classifier.windows(CALM * 10)
    assert windows[0].start == 0
    assert windows[-1].end == len(CALM * 10)
    for before, after in itertools.pairwise(windows):
        assert after.start < before.end
    assert max(len(window.places) for window in windows) <= ROOM
    assert len(classifier.windows("x y " * 20_000)) <= MAX_WINDOWS


def test_contacts_are_read_as_their_kind(classifier):
    first = classifier.score(["Écrivez à jean@mail.example ou au 06 39 98 12 34"])[0]
    other = classifier.score(["Écrivez à x.y@autre.example ou au 01 99 00 22 11"])[0]
    assert first.reject == pytest.approx(other.reject, abs=1e-6)


def test_disguises_are_read_through(classifier):
    plain = classifier.score(["Espèce de connard"])[0].reject
    assert classifier.score(["Espèce de con\u200bnard"])[0].reject > 0.8 * plain


def test_abuse_is_not_drowned_in_a_long_text(classifier):
    alone, drowned = classifier.score([CALM * 100, CALM * 100 + ABUSE])
    assert drowned.attributes["toxicity"] > 2 * alone.attributes["toxicity"]


def test_twenty_kilobytes_are_scored_in_bounded_time(classifier):
    started = time.perf_counter()
    classifier.score([("Quel article, vraiment ! " * 1_000)[:20_000]])
    assert time.perf_counter() - started < 5


def test_taking_the_blamed_words_lowers_the_score_more_than_taking_others(
    classifier, split_examples
):
    draw = random.Random(0)
    texts = [e.text for e in split_examples[1] if e.labels.get("reject") and len(e.text) > 60]
    blamed_falls, random_falls = [], []
    for text in texts[:40]:
        found = classifier.explain(text)
        worst = sorted(found, key=lambda c: -c.weight)[:3]
        other = draw.sample(found, min(3, len(found)))
        before = log_odds(classifier, text)
        blamed_falls.append(before - log_odds(classifier, _without(text, worst)))
        random_falls.append(before - log_odds(classifier, _without(text, other)))
    assert np.mean(blamed_falls) > 2 * np.mean(random_falls)


def test_words_are_blamed_where_they_were_typed(classifier):
    long = CALM * 30 + ABUSE
    worst = max(classifier.explain(long), key=lambda contribution: contribution.weight)
    assert worst.start >= len(CALM * 30) - 500
    assert long[worst.start : worst.end].strip()


def test_an_artefact_scores_as_what_it_was_made_of(classifier):
    again = encoder.load(encoder.dump(classifier), "fr-encoder-again")
    assert again.version == "fr-encoder-again"
    texts = [ABUSE, CALM]
    expected = [score.reject for score in classifier.score(texts)]
    assert [score.reject for score in again.score(texts)] == pytest.approx(expected, abs=1e-4)
    with pytest.raises(ValueError, match="cannot be written again"):
        encoder.dump(again)


def test_heads_for_other_outputs_are_refused():
    wrong = {"outputs": ["reject"], "weights": [[1.0]], "intercepts": [0.0]}
    with pytest.raises(ValueError, match="other outputs"):
        read_heads(json.dumps(wrong).encode())


def _without(text, contributions):
    for c in sorted(contributions, key=lambda c: -c.start):
        text = text[: c.start] + text[c.end :]
    return text


def examples(count, corpus="train-annotated", **labels):
    texts = ["".join(chr(97 + int(digit)) for digit in str(i)) for i in range(count)]
    return [Example(text, labels, corpus, f"{corpus}:{i // 50}") for i, text in enumerate(texts)]


def test_rows_written_together_stay_together():
    kept, aside = data.part(examples(1_000, "authored-news", reject=0))
    assert kept
    assert aside
    assert not {example.block for example in kept} & {example.block for example in aside}


def test_found_rows_are_parted_one_by_one():
    kept, aside = data.part(examples(2_000, reject=0))
    assert len(aside) / (len(kept) + len(aside)) == pytest.approx(1 / data.ASIDE, rel=0.3)


def test_only_noisy_corpora_that_know_both_answers_have_an_intercept():
    rows = data.rows(
        [
            *examples(1, "settles", toxicity=1),
            *examples(1, "settles", toxicity=0),
            *examples(1, "one-sided", toxicity=1),
            *examples(1, "noisy", toxicity=1),
            *examples(1, "noisy", toxicity=0),
        ]
    )
    free = data.free_intercepts(rows, frozenset(["settles"]))
    toxicity = 1
    assert {name: values[toxicity] for name, values in free.items()} == {
        "settles": 0,
        "one-sided": 0,
        "noisy": 1,
    }


def test_an_epoch_draws_each_row_once_within_its_budget():
    rows = data.rows(examples(200, reject=0))
    draw = random.Random(0)
    batches = list(data.epoch(rows, lambda texts: [list(t) for t in texts], str, 100, draw))
    assert sorted(row for batch in batches for row in batch.rows) == list(range(200))
    assert all(len(b.pieces) * max(map(len, b.pieces)) <= 100 for b in batches)


def test_augmentation_keeps_masks_and_never_empties_a_text():
    draw = random.Random(0)
    for _ in range(500):
        changed = augment("@USER t'es vraiment un connard, va voir URL", draw)
        assert changed.strip()
        assert "url" in changed.lower()


def test_heads_lean_on_what_tells_and_are_calibrated():
    random_numbers = np.random.default_rng(0)
    features = random_numbers.normal(size=(3_000, 18)).astype(np.float32)
    truth = random_numbers.random(3_000) < 1 / (1 + np.exp(1 - 2 * features[:, 0]))
    labelled = [
        Example(str(i), {"reject": int(yes)}, "train-annotated", "x") for i, yes in enumerate(truth)
    ]
    found = heads.fit(heads.Seen(features, labelled), frozenset(["train-annotated"]))
    assert np.argmax(np.abs(found.weights[0])) == 0
    probabilities = 1 / (1 + np.exp(-found(features)[:, 0]))
    assert probabilities.mean() == pytest.approx(truth.mean(), abs=0.01)


# The exporter warns of its own deprecations.
@pytest.mark.filterwarnings("ignore")
def test_a_network_is_fitted_written_and_read_back(taught, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("onnx")
    from training.finetune import fit, onnx

    shape = transformers.BertConfig(
        vocab_size=200,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    transformers.BertModel(shape, add_pooling_layer=False).save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_bytes(pieces())
    rows = data.rows([*examples(40, toxicity=1), *examples(40, "authored-news", toxicity=0)])
    recipe = fit.Recipe(minutes=0.02, length=40)
    fitted = fit.fit(str(tmp_path), rows, frozenset(), recipe, tmp_path, lambda *_: None)
    assert (tmp_path / "last.pt").exists()
    heads_ = Heads(np.hstack([np.eye(9), np.zeros((9, 9))]).astype(np.float32), np.zeros(9))
    served = EncoderClassifier("x", onnx.write(fitted), pieces(), taught, heads_)
    window = served.windows("bonjour a tous")[0]
    ids = torch.tensor([window.ids])
    with torch.no_grad():
        expected = fitted(ids, torch.ones_like(ids))[0].numpy()
    assert served.see([window]).features[0, :9] == pytest.approx(expected, abs=0.1)
