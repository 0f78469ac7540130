"""The corpus as tools of the Model Context Protocol (`qa.mcp.server.run_mcp`): ask, search, read."""
