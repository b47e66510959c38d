"""Discord, and nothing else imports discord: who may, what is shown, and how an interaction is answered."""
