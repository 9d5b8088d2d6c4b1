import pytest

from moderation.features import mask_contacts, read


def forms(text):
    return [unit.form for unit in read(text)]


def signs(text):
    return sorted(sign for unit in read(text) for sign in unit.signs if sign != "word")


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        ("06 39 98 12 34", "phone"),
        ("06.39.98.12.34", "phone"),
        ("+33 6 39 98 12 34", "phone"),
        ("+229 97 12 34 56", "phone"),
        ("jean.dupont@mail.example", "email"),
        ("@jean_d", "handle"),
        ("https://a.example/x?y=1", "link"),
        ("gain-facile.example/bonus", "link"),
        ("3 000 €", "money"),
        ("25 000 francs", "money"),
    ],
)
def test_a_contact_is_read_as_one_word_without_its_address(contact, kind):
    assert forms(f"voir {contact} vite") == ["voir", f"<{kind}>", "vite"]
    assert signs(f"voir {contact} vite") == [kind]


@pytest.mark.parametrize("text", ["en 2016", "le 12 34", "art. 1234", "20h30", "3-2", "n° 123 456"])
def test_a_number_is_no_contact(text):
    assert signs(text) == []


def test_signs_are_counted_where_they_stand():
    assert signs("TROP fort !! vraiment ? c0nn@rd") == [
        "capitals",
        "disguise",
        "exclamation",
        "exclamation",
        "question",
    ]


def test_units_lead_back_to_the_original():
    text = "L'ÉCOLE de c.o.n.n.a.r.d, écrire à a@b.example 🖕"
    places = {unit.form: text[unit.start : unit.end] for unit in read(text)}
    assert places["ecole"] == "ÉCOLE"
    assert places["connard"] == "c.o.n.n.a.r.d"
    assert places["<email>"] == "a@b.example"
    assert places["honneur"] == "🖕"


def test_lost_apostrophes_and_accents_change_nothing():
    assert forms("l'été qu'il") == forms("l ete qu il")


def test_masked_contacts_are_of_the_same_kinds_and_nobodys():
    text = "Écris à lea@mail.example, au 06 39 98 12 34 ou @lea, cf. https://b.example/p. Merci"
    masked = mask_contacts(text)
    assert masked == (
        "Écris à adresse@masque.example, au 06 39 98 00 00 ou @masque, cf. https://masque.example"
        " Merci"
    )
    assert forms(masked) == forms(text)
    assert "https://b.example" in mask_contacts(text, ("email",))
    assert mask_contacts(masked) == masked
