"""Speed, measured beside a LlamaIndex quickstart: `make bench`. See README.md in this folder."""
