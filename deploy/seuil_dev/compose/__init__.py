"""The containers of `docker-compose.yml`: their secrets, what can be said against the file, and its proof."""
