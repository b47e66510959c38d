"""What bounds the bot's requests: buckets by route, the global limit, the bar; and the ledger of them all."""
