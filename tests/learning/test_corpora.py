import hashlib
import json

import pytest

from moderation.linear import OUTPUTS
from training import corpora
from training.corpora import key, restore_apostrophes


@pytest.fixture
def folder(tmp_path):
    def write(name, *rows):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines)

    nine = dict.fromkeys(OUTPUTS, 0)
    write(
        "train-annotated",
        {**nine, "reject": 1, "toxicity": 1, "text": "Quel âne ! URL", "source": "reddit"},
        {**nine, "text": "c est l article d hier", "source": "wiki_pos"},
        {**nine, "text": "@USER MERCI, pour tout.", "source": "reddit"},
        {**nine, "text": "quel ane", "source": "reddit"},
    )
    write("dev-annotated", {**nine, "text": "Merci pour tout… URL", "source": "reddit"})
    write("dev-mhc-fr", {"text": "Bonjour", "toxic": 0, "labels": {}})
    write("authored-spam", {"text": "Écrivez à a@b.example", "spam": 1, "genre": "x"})
    write(
        "authored-news", *({"text": t, "codes": c} for t, c in (("Âne bâté", "RTI"), ("zz", "Q")))
    )
    write("train-wikipedia-toxic", {"text": "j ai dit", "toxic": 1})
    return tmp_path


def test_reads_what_each_corpus_knows_and_no_more(folder):
    labels = {example.corpus: example.labels for example in corpora.training(folder)}
    assert set(labels["train-annotated"]) == set(OUTPUTS)
    assert labels["train-wikipedia-toxic"] == {"toxicity": 1}
    assert labels["authored-spam"] == {"spam": 1, "reject": 1}
    news = {output for output, value in labels["authored-news"].items() if value}
    assert news == {"reject", "toxicity", "insult"}


def test_leaves_out_copies_of_development_rows_and_of_its_own(folder):
    texts = [example.text for example in corpora.training(folder)]
    assert not any("MERCI" in text for text in texts)
    assert [text for text in texts if "ne" in text.lower() and "uel" in text] == [
        "Quel âne ! https://masque.example"
    ]


def test_leaves_out_what_could_not_be_judged(folder):
    assert not any(example.text == "zz" for example in corpora.training(folder))


def test_repairs_texts_and_masks_invented_contacts(folder):
    texts = {example.corpus: example.text for example in corpora.training(folder)}
    assert texts["train-wikipedia-toxic"] == "j'ai dit"
    assert texts["authored-spam"] == "Écrivez à adresse@masque.example"
    assert "c'est l'article d'hier" in [e.text for e in corpora.training(folder)]


def test_development_files_are_read_apart_and_as_they_are(folder):
    assert "Merci pour tout… URL" in [example.text for example in corpora.development(folder)]
    assert {example.corpus for example in corpora.development(folder)} == {
        "dev-annotated",
        "dev-mhc-fr",
    }


def test_apostrophes_come_back_only_where_they_were():
    lost = "l article d hier qu elle n a pas lu aujourd hui, un plan b efficace, le but est la"
    assert restore_apostrophes(lost) == (
        "l'article d'hier qu'elle n'a pas lu aujourd'hui, un plan b efficace, le but est la"
    )


def test_keys_see_through_masks_case_accents_and_signs():
    assert key("@USER Quel ÂNE !!! URL") == key("quel ane https://x.example")


def test_a_split_parts_no_block_and_is_the_same_every_time(seed_examples):
    kept, aside = corpora.split(seed_examples, 0.2)
    assert not {e.block for e in kept} & {e.block for e in aside}
    assert len(aside) / len(seed_examples) == pytest.approx(0.2, abs=0.05)
    assert corpora.split(list(reversed(seed_examples)), 0.2)[1] == list(reversed(aside))


def test_finds_the_texts_that_labels_name_by_digest(folder):
    text = "Quel temps de chien, et toi aussi."
    rows = [
        {"sha256": hashlib.sha256(text.encode()).hexdigest(), "codes": "P"},
        {"sha256": "0" * 64, "codes": "0"},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "annotated-tweets.jsonl").write_text(lines)
    (folder / "unlabelled-tweets.jsonl").write_text(json.dumps({"text": text}) + "\n")

    found = [e for e in corpora.training(folder) if e.corpus == "annotated-tweets"]

    assert [(e.text, e.labels["profanity"], e.labels["reject"]) for e in found] == [(text, 1, 0)]
