"""Reading the profile files of this folder. See ``dialer.profiles``."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dialer.errors import BadInput
from dialer.rules.places import Applies, Calls, read_applies, read_places
from dialer.rules.prefixes import read_prefixes
from dialer.rules.ruleset import Rules, Source, strictest

FOLDER = Path(__file__).parent
NOT_PROFILES = {"prefixes", "places", "dispositions", "retry_plans", "cadences", "amd"}
ABOUT = ("title", "version", "reviewed", "law")
LANGUAGES = ("en", "ru")


@dataclass(frozen=True)
class Profile:
    """One file. ``rules``: its own and those of its base; ``applies``: the calls it holds for without being named."""

    name: str
    title: dict[str, str]
    source: Source
    rules: Rules
    applies: Applies | None = None


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: ten times as fast, and the first call of a day reads four files."""


class _Once(_Loader):
    """YAML in which a key may be given once only: a second one would silently win over the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping. Raises BadInput with the file's name, and the line where it is known."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Once)  # noqa: S506  (a SafeLoader)
    except OSError as err:
        raise BadInput(f"{path.name} cannot be read: {err.strerror}") from err
    except yaml.MarkedYAMLError as err:
        line = f", line {err.problem_mark.line + 1}" if err.problem_mark else ""
        raise BadInput(f"{path.name}{line}: {err.problem}") from err
    except (yaml.YAMLError, UnicodeDecodeError) as err:
        raise BadInput(f"{path.name} is not YAML text") from err
    if not isinstance(data, dict):
        raise BadInput(f"{path.name} must hold keys and values")
    return data


def names(folder: Path = FOLDER) -> list[str]:
    """Every profile there is."""
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem not in NOT_PROFILES)


@lru_cache
def load(name: str, folder: Path = FOLDER) -> Profile:
    """The profile called ``name``. Raises BadInput if there is none or its file has a mistake."""
    if name not in names(folder):
        raise BadInput(f"there is no profile named {name}; there are {', '.join(names(folder))}")
    data = read_yaml(folder / f"{name}.yaml")
    return _profile(name, data, folder, ())


def _profile(name: str, data: dict[str, Any], folder: Path, children: tuple[str, ...]) -> Profile:
    if missing := [key for key in ABOUT if key not in data]:
        raise BadInput(f"{name}.yaml: {missing[0]} is missing")
    title = data["title"]
    if not isinstance(title, dict) or set(title) != set(LANGUAGES):
        raise BadInput(f"{name}.yaml: title must be given as en and ru")
    source = Source(name, str(data["version"]), str(data["reviewed"]), str(data["law"]))
    own = {key: value for key, value in data.items() if key not in (*ABOUT, "base", "applies")}
    try:
        applies = read_applies(data["applies"]) if "applies" in data else None
        rules = replace(Rules.from_dict(own, name), sources=(source,))
    except ValueError as err:
        raise BadInput(f"{name}.yaml: {str(err).removeprefix(f'{name}: ')}") from err
    if base := data.get("base"):
        rules = strictest([_base(base, name, folder, (*children, name)), rules])
    return Profile(name, title, source, rules, applies)


def _base(base: str, name: str, folder: Path, children: tuple[str, ...]) -> Rules:
    if base in children:
        raise BadInput(f"{name}.yaml is based on itself by way of {base}")
    if base not in names(folder):
        raise BadInput(f"{name}.yaml is based on {base}, which does not exist")
    return _profile(base, read_yaml(folder / f"{base}.yaml"), folder, children).rules


def covering(calls: Calls, folder: Path = FOLDER) -> list[str]:
    """The profiles that are about such calls, by their ``applies``. Raises BadInput."""
    found = [load(name, folder) for name in names(folder)]
    return [p.name for p in found if p.applies and p.applies.covers(calls, unions(folder))]


@lru_cache
def unions(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """Unions of countries -> their members; none if the folder has no such file. Raises BadInput."""
    path = folder / "places.yaml"
    try:
        return {name: read_places(members, name) for name, members in read_yaml(path).items()} if path.exists() else {}
    except ValueError as err:
        raise BadInput(f"places.yaml: {err}") from err


@lru_cache
def prefixes(folder: Path = FOLDER) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The barred prefixes, and the default allow-list of countries that share a calling code. Raises BadInput."""
    data = read_yaml(folder / "prefixes.yaml")
    try:
        barred = tuple(prefix for listed in data["barred"].values() for prefix in read_prefixes(listed).allowed)
        countries = {code: read_prefixes(listed).allowed for code, listed in data["countries"].items()}
    except (KeyError, AttributeError) as err:
        raise BadInput("prefixes.yaml needs barred and countries") from err
    except ValueError as err:
        raise BadInput(f"prefixes.yaml: {err}") from err
    return barred, countries
