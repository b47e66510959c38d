"""How stories are built: the forms that lists are written to, and a structure reading of a draft."""

from bot.story.structure.forms import Beat, Structure, structure_of, structures

__all__ = ["Beat", "Structure", "structure_of", "structures"]
