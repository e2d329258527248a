"""Our top-level packages are ours alone, and each statement of SQL is named once."""

import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from store import queries

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_brings_a_package_of_this_name(package):
    assert set(packages_distributions().get(package, [])) <= {"loupe"}


@pytest.mark.parametrize("file", sorted((ROOT / "store").glob("*.sql")), ids=lambda file: file.stem)
def test_every_sql_file_stands_beside_its_module_and_names_its_statements(file):
    assert file.with_suffix(".py").exists()
    for name, statement in queries.load(file.stem).items():
        assert statement.startswith("--"), f"{file.name}: {name} does not say what it does"


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_python_file_holds_sql(folder):
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
    for file in (ROOT / folder).rglob("*.py"):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            quoted = line.strip().lstrip('f"').startswith(words) and '"' in line
            assert not quoted or "SELECT pg_notify" in line or "SELECT true" in line, f"{file}:{number}"
