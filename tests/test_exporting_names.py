"""Names of persons in exports."""

import pytest

from qa_service.exporting.names import Name, correspondents, editors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("Charles S. Roe", [Name("Roe", "Charles S.")]),
        ("Ann Roe and Bo Doe and Cy Poe", [Name("Roe", "Ann"), Name("Doe", "Bo"), Name("Poe", "Cy")]),
        ("William F. Roe, Jr.", [Name("Roe", "William F.", "Jr.")]),
        ("William Roe III", [Name("Roe", "William", "III")]),
        ("James C. Van Roe", [Name("Van Roe", "James C.")]),
        ("Roe", [Name("Roe")]),
        ("Jr.", [Name("Jr.")]),
        ("Roe, Ann", [Name("Roe, Ann")]),
    ],
)
def test_editors_have_family_and_given_names(text: str, names: list[Name]) -> None:
    assert editors(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("Ann Roe", [Name("Ann Roe")]),
        ("Ann Roe and Bo Doe", [Name("Ann Roe"), Name("Bo Doe")]),
        ("Secretaries of Trade and Defense", [Name("Secretaries of Trade and Defense")]),
        ("the Embassy in Port Calvane", [Name("the Embassy in Port Calvane")]),
    ],
)
def test_correspondents_stand_as_they_are_named(text: str, names: list[Name]) -> None:
    assert correspondents(text) == names
