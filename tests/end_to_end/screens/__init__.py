"""The screens of a room, in the order in which a room meets them; each module walks through some."""
