"""Ballots: what is voted on, what a sheet says, what may be concluded from all of them. Pure rules."""
