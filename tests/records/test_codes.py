import random
from itertools import combinations

import pytest

from quiz.records import codes

CHANCE = random.Random(175)  # noqa: S311 - samples, not secrets
SAMPLES = [codes.make(CHANCE.randbytes(8)) for _ in range(40)]


def test_a_code_has_twelve_characters_and_a_check_from_the_alphabet():
    for code in SAMPLES:
        assert len(code) == codes.LENGTH == 13
        assert set(code) <= set(codes.ALPHABET)
    assert not set("ILOU") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == 32


def test_sixty_bits_of_the_random_bytes_are_used():
    made = {codes.make((1 << bit).to_bytes(8, "big")) for bit in range(64)}
    assert len(made) == 61  # the four lowest bits are the only ones that are not


def test_fewer_random_bytes_are_refused():
    with pytest.raises(ValueError, match="8 random bytes"):
        codes.make(bytes(7))


@pytest.mark.parametrize("code", SAMPLES[:12])
def test_every_single_wrong_character_is_noticed(code):
    for place, right in enumerate(code):
        for wrong in codes.ALPHABET:
            if wrong != right:
                assert codes.normalise(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("code", SAMPLES)
def test_every_exchange_of_two_characters_is_noticed(code):
    for first, second in combinations(range(codes.LENGTH), 2):
        typed = list(code)
        typed[first], typed[second] = typed[second], typed[first]
        if typed != list(code):
            assert codes.normalise("".join(typed)) is None


def test_what_is_printed_can_be_typed():
    for code in SAMPLES:
        assert codes.normalise(code) == code
        assert codes.normalise(codes.display(code)) == code
    assert codes.display("0123456789ABC") == "0123-4567-89ABC"


@pytest.mark.parametrize(
    "typed",
    [
        "3ww6-p9d8-ks862",
        " 3WW6 P9D8 KS862\n",
        "٣WW٦-P٩D٨-KS٨٦٢",
        "3WW6–P9D8—KS862",
        "\u20663WW6-P9D8-KS862\u2069",
    ],
)
def test_how_a_code_is_written_does_not_matter(typed):
    assert codes.normalise(typed) == "3WW6P9D8KS862"


def test_letters_that_look_like_digits_are_read_as_digits():
    code = next(code for code in SAMPLES if "0" in code and "1" in code)
    assert codes.normalise(code.replace("0", "O").replace("1", "I")) == code
    assert codes.normalise(code.replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize("typed", ["", "3WW6", "3WW6-P9D8-KS8622", "3WW6-P9D8-KS86U", "رمز التحقق هنا"])
def test_anything_else_is_no_code(typed):
    assert codes.normalise(typed) is None
