"""The authorities that use Punte, by the sector of Bucharest that each serves."""

AUTHORITY_OF_SECTOR = {2: "S2", 6: "S6"}
