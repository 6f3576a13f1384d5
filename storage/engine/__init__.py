"""One database, SQLite or PostgreSQL: opened, migrated, backed up, kept healthy."""
