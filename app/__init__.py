"""Second Look's application: pages, server, command line and the use cases they share."""
