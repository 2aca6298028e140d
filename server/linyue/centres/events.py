"""What happened to centres and the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CatalogueLoaded:
    """A version of the catalogue became known."""

    version: int


@dataclass(frozen=True)
class CatalogueBegun:
    """The day of a version has come."""

    version: int


@dataclass(frozen=True)
class CentreChanged:
    """A centre opened, closed or changed what it covers."""

    centre_id: int
