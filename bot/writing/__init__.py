"""From brief to prompt, from tokens to takes: the worker's side of a round. Knows nothing of Discord."""
