import tomllib

from hypothesis import given, strategies as st

from sentiment.toml_lines import Path, TomlLines

SOURCE = '''\
# a = 0
a = 1
[words]
x.en = ["[[rule]]", # not one
  'b',
  """c
  d""", 'e',
]
[[rule]]
id = "# no comment"
when.any = [
  { churn.at_least = 1, not = { said = true } },

  { said = true },
]
[rule.message]
"en" = "x"
[[rule]]
"i d" = 'z'
'''


def test_keys_items_and_tables_are_found_where_they_stand() -> None:
    tomllib.loads(SOURCE)
    lines = TomlLines(SOURCE)
    places: dict[Path, int] = {
        ("a",): 2,
        ("words",): 3,
        ("words", "x", "en"): 4,
        ("words", "x", "en", 1): 5,
        ("words", "x", "en", 2): 6,
        ("words", "x", "en", 3): 7,
        ("rule", 0): 9,
        ("rule", 0, "id"): 10,
        ("rule", 0, "when", "any", 0, "not", "said"): 12,
        ("rule", 0, "when", "any", 1): 14,
        ("rule", 0, "message", "en"): 17,
        ("rule", 1): 18,
        ("rule", 1, "i d"): 19,
    }
    assert {path: lines.of(path) for path in places} == places


def test_what_is_not_written_stands_where_it_is_missing() -> None:
    lines = TomlLines(SOURCE)
    assert lines.of(("rule", 1, "message", "en")) == 18
    assert lines.of(("nowhere",)) == 1


def test_line_ends_of_windows_count_once() -> None:
    assert TomlLines("a = 1\r\n\r\nb = 2\r\n").of(("b",)) == 3


values = st.recursive(
    st.sampled_from(["1", "true", "'a#]'", '"b\\"}"', "1.5e3", "'''c\nd'''", '"""e"\n\\"f"""']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[" + ",\n".join(items) + "]"),
    max_leaves=6,
)


@given(st.lists(values, min_size=1, max_size=5))
def test_every_key_is_on_the_line_that_it_was_written_on(written: list[str]) -> None:
    source, expected = "", {}
    for number, value in enumerate(written):
        expected[f"k{number}",] = source.count("\n") + 1
        source += f"k{number} = {value} # {value[:1]}\n"
    tomllib.loads(source)
    lines = TomlLines(source)
    assert {path: lines.of(path) for path in expected} == expected
