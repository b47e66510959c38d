"""How things look in Discord's JSON: functions that read the world and never change it."""
