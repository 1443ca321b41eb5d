"""Tasks, chat, identity and workspaces; the REST gateway and the web page."""
