"""What starts a server on a plan's layout: as a command, for Compose, for Kubernetes; TGI or vLLM."""
