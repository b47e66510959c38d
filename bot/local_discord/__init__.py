"""A Discord on your own machine: gateway v10, REST v10, a page. Imports nothing else of `bot`."""
