"""Files of config/ are checked whole, loaded together and never changed."""

from datetime import UTC, datetime
from typing import ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from hotline import policy
from hotline.policy import Policy, PolicyError


class Shape(BaseModel):
    """A table inside a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int


class Colours(Policy):
    """One file of these tests."""

    FILE: ClassVar[str] = "colours.toml"

    names: tuple[str, ...]
    shape: Shape


class Sounds(Policy):
    """Another one."""

    FILE: ClassVar[str] = "sounds.toml"

    loud: bool


GOOD = {"colours.toml": 'names = ["赤"]\n[shape]\nwidth = 3\n', "sounds.toml": "loud = true\n"}


@pytest.fixture
def written(tmp_path):
    """``written(**changes)`` writes both files and returns their folder."""

    def write(**changes):
        for name, text in {
            **GOOD,
            **{f"{key}.toml": text for key, text in changes.items()},
        }.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_what_was_loaded_can_be_asked_for(written):
    policy.load(written(), [Colours, Sounds])

    assert policy.get(Colours).names == ("赤",)
    assert policy.get(Sounds).loud is True


def test_it_is_known_where_a_policy_came_from_and_whether_its_file_changed_since(written):
    folder = written()
    policy.load(folder, [Colours], now=datetime(2026, 11, 4, tzinfo=UTC))
    source = policy.sources()[Colours]

    assert (source.path, source.loaded_at) == (
        folder / "colours.toml",
        datetime(2026, 11, 4, tzinfo=UTC),
    )
    assert source.is_current
    (folder / "colours.toml").write_text("# changed", encoding="utf-8")
    assert not source.is_current
    (folder / "colours.toml").unlink()
    assert not source.is_current


def test_what_was_never_loaded_is_a_mistake():
    class Unknown(Policy):
        """Nobody loads it."""

        FILE: ClassVar[str] = "unknown.toml"

    with pytest.raises(KeyError):
        policy.get(Unknown)


def test_all_problems_of_all_files_are_said_at_once(written):
    folder = written(colours='names = 3\ntaste = "sweet"\n', sounds='loud = "perhaps"\n')
    with pytest.raises(PolicyError) as raised:
        policy.load(folder, [Colours, Sounds])
    lines = str(raised.value).splitlines()

    assert len(lines) == 4
    for line, place in zip(lines, ("names", "shape", "taste", "loud"), strict=True):
        assert f".toml: {place}: " in line


BROKEN = {
    "an unknown key": ("loud = true\nquiet = true\n", "quiet: Extra inputs"),
    "a wrong type": ("loud = [1]\n", "loud: Input should be a valid boolean"),
    "a missing key": ("", "loud: Field required"),
    "no TOML": ("loud = \n", "is not TOML in UTF-8"),
    "a key twice": ("loud = true\nloud = true\n", "is not TOML in UTF-8"),
}


@pytest.mark.parametrize(("text", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_file_is_refused_for(written, text, sentence):
    with pytest.raises(PolicyError) as raised:
        policy.load(written(sounds=text), [Colours, Sounds])

    assert "sounds.toml" in str(raised.value)
    assert sentence in str(raised.value)


class Zoo(Policy):
    """A file with tables in a list."""

    FILE: ClassVar[str] = "zoo.toml"

    animals: tuple[Shape, ...]
    sounds: tuple[int, ...] = ()


def test_a_table_in_a_list_goes_by_its_name(written):
    animals = '[[animals]]\nwidth = 1\n[[animals]]\ncode = "owl"\nwidth = "wide"\n[[animals]]\n'
    with pytest.raises(PolicyError) as raised:
        policy.load(written(zoo='sounds = ["hoo"]\n' + animals), [Zoo])
    places = [line.split("zoo.toml: ")[1].split(": ")[0] for line in str(raised.value).splitlines()]

    assert places == [
        "animals.1 (owl).width",
        "animals.1 (owl).code",
        "animals.2.width",
        "sounds.0",
    ]


def test_a_file_in_another_encoding_is_refused(written):
    folder = written()
    (folder / "colours.toml").write_bytes('names = ["赤"]'.encode("cp932"))

    with pytest.raises(PolicyError, match="is not TOML in UTF-8"):
        policy.load(folder, [Colours])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"sounds\.toml: cannot be read \(No such file"):
        policy.load(tmp_path, [Sounds])


def test_one_broken_file_replaces_nothing(written):
    policy.load(written(), [Colours, Sounds])
    with pytest.raises(PolicyError):
        policy.load(written(colours="names = 3\n", sounds="loud = false\n"), [Colours, Sounds])

    assert policy.get(Sounds).loud is True


def test_nothing_can_be_changed_after_loading(written):
    policy.load(written(), [Colours, Sounds])

    with pytest.raises(ValidationError, match="frozen"):
        policy.get(Sounds).loud = False
