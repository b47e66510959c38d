"""Messages that change while one looks: one writer each, latest text wins, one edit in flight."""
